import { createHash, hash as hashOf } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, type Header, pack } from 'tar-stream';
import { LARGEST_ENTRY, type Manifest, MOST_ENTRIES } from './archive-format.ts';

/** What stands in a file in place of a backup. */
export class Damaged extends Error {
  override name = 'Damaged';
}

const TEXTS = {
  cannotHold: (name: string) => `${name} is larger than a backup can hold`,
  noArchive: 'it is no such archive, or it was cut off',
  odd: (name: string) => `it holds ${name}, which no backup has`,
  tooLarge: (name: string) => `${name} is larger than anything that a backup holds`,
  tooMany: 'it has more parts than any backup',
};

export interface ArchiveEntry {
  name: string;
  content: Buffer;
}

export type ArchiveWriter = ReturnType<typeof writeArchive>;

/** Entries are taken once those before are on their way. When the target fails, or `signal` comes, all of it throws. */
export function writeArchive(target: Writable, signal?: AbortSignal) {
  const tar = pack();
  const hash = createHash('sha256');
  let bytes = 0;
  const gzip = createGzip().on('data', (part: Buffer) => {
    hash.update(part);
    bytes += part.length;
  });
  // Its streams are Node's but for the type.
  const source = tar as unknown as NodeJS.ReadableStream;
  const flowing = pipeline([source, gzip, target], { signal });
  // Whoever adds or ends it learns of it.
  flowing.catch(() => undefined);
  const entries: Manifest['entries'] = [];

  return {
    entries,
    async add(name: string, content: Buffer): Promise<void> {
      if (content.length > LARGEST_ENTRY) throw new Error(TEXTS.cannotHold(name));
      if (entries.length >= MOST_ENTRIES) throw new Error(TEXTS.cannotHold('the store'));
      const taken = new Promise<void>((resolve, reject) => {
        const entry = tar.entry({ name, mode: 0o600 }, content, (error) =>
          error ? reject(error) : resolve(),
        );
        // Told above already; unheard here it would end the process.
        entry.on('error', () => undefined);
      });
      await Promise.race([taken, flowing]);
      entries.push({ name, bytes: content.length, sha256: sha256Of(content) });
    },
    /** Ends it. @returns the size of what was written in bytes, and its SHA-256 */
    async end(): Promise<{ bytes: number; sha256: string }> {
      tar.finalize();
      await flowing;
      return { bytes, sha256: hash.digest('hex') };
    },
    /** Gives it up, and waits until nothing more is written. */
    async abandon(): Promise<void> {
      tar.destroy();
      await flowing.catch(() => undefined);
    },
  };
}

/**
 * Reads an archive from its beginning; no more than one entry is in memory.
 *
 * @returns its entries; and the SHA-256 of the file, once all of them were read. Reading throws Damaged, or what the
 *   file system says
 */
export function readArchive(file: string, signal?: AbortSignal) {
  const hash = createHash('sha256');
  return {
    entries: () => entriesOf(file, (part) => hash.update(part), signal),
    sha256: () => hash.digest('hex'),
  };
}

async function* entriesOf(
  file: string,
  look: (part: Buffer) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<ArchiveEntry> {
  const tar = extract();
  const target = tar as unknown as NodeJS.WritableStream;
  const source = createReadStream(file).on('data', (part) => look(part as Buffer));
  const flowing: Promise<Error | undefined> = pipeline([source, createGunzip(), target], { signal }).then(
    () => undefined,
    (error) => error,
  );
  try {
    let count = 0;
    for await (const entry of tar) {
      count += 1;
      if (count > MOST_ENTRIES + 1) throw new Damaged(TEXTS.tooMany);
      yield await wholeEntry(entry.header, entry as AsyncIterable<unknown> as AsyncIterable<Buffer>);
    }
  } catch (error) {
    if (error instanceof Damaged) throw error;
    throw faultOf((await flowing) ?? (error as Error));
  } finally {
    tar.destroy();
    await flowing;
  }
  const fault = await flowing;
  if (fault) throw faultOf(fault);
}

/** What the file system says stays; what gzip and tar say is the file's fault. */
function faultOf(error: NodeJS.ErrnoException): Error {
  return error.syscall || error.name === 'AbortError' ? error : new Damaged(TEXTS.noArchive);
}

async function wholeEntry({ name, type, size }: Header, content: AsyncIterable<Buffer>) {
  if (type !== 'file') throw new Damaged(TEXTS.odd(name));
  if (size > LARGEST_ENTRY) throw new Damaged(TEXTS.tooLarge(name));
  return { name, content: await buffer(content) };
}

export function sha256Of(content: Buffer): string {
  return hashOf('sha256', content);
}
