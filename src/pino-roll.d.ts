/** pino-roll brings no types. These are of what the store uses; see its README. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  interface Options {
    file: string;
    /** `50m`; `1k` and `1b` are known as well. */
    size: string;
    frequency: 'daily';
    dateFormat: string;
    limit: { count: number; removeOtherLogFiles: boolean };
    mkdir: boolean;
    /** Of the files that are made. */
    mode: number;
    /** In bytes: what comes while more waits is dropped. */
    maxLength: number;
  }

  /** A SonicBoom: it emits `ready`, `write`, `drop`, `error` and `close`. */
  interface Destination extends EventEmitter {
    write: (text: string) => boolean;
    flushSync: () => void;
    end: () => void;
  }

  export default function build(options: Options): Promise<Destination>;
}
