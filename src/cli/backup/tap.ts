import { Transform } from 'node:stream';

/** Lets bytes through and shows them to somebody on their way. */
export function tap(look: (part: Buffer) => void): Transform {
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      look(part);
      done(null, part);
    },
  });
}
