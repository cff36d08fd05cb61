import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { LARGEST_ENTRY, MOST_ENTRIES } from './archive-format.ts';
import { tap } from './tap.ts';

/** What stands in a file in place of a backup. */
export class Damaged extends Error {
  override name = 'Damaged';
}

const TEXTS = {
  noArchive: 'it is no such archive, or it was cut off',
  odd: (name: string) => `it holds ${name}, which no backup has`,
  tooLarge: (name: string) => `${name} is larger than anything that a backup holds`,
  tooMany: 'it has more parts than any backup',
};

/** Something in an archive, whole. */
export interface ArchiveEntry {
  name: string;
  content: Buffer;
}

/** An archive that is being read once, from its beginning. */
export interface ArchiveReader {
  /** @throws Damaged; or what the file system says */
  entries: () => AsyncGenerator<ArchiveEntry>;
  /** The SHA-256 of the file, once all entries were read. */
  sha256: () => string;
}

/** Reads an archive; no more than one entry is in memory. It says nothing of what is in the entries. */
export function readArchive(file: string, signal?: AbortSignal): ArchiveReader {
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
  // Its streams are Node's but for the type.
  const target = tar as unknown as NodeJS.WritableStream;
  const streams = [createReadStream(file), tap(look), createGunzip(), target];
  const flowing = pipeline(streams, signal ? { signal } : {}).then(
    () => undefined,
    (error) => error as NodeJS.ErrnoException,
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

async function wholeEntry(
  { name, type, size }: Header,
  content: AsyncIterable<Buffer>,
): Promise<ArchiveEntry> {
  if (type !== 'file') throw new Damaged(TEXTS.odd(name));
  if (size > LARGEST_ENTRY) throw new Damaged(TEXTS.tooLarge(name));
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  return { name, content: Buffer.concat(parts) };
}
