import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { LARGEST_ENTRY, type Manifest, MOST_ENTRIES } from './archive-format.ts';
import { tap } from './tap.ts';

const TEXTS = {
  tooLarge: (name: string) => `${name} is larger than a backup can hold`,
  tooMany: 'the store is larger than a backup can hold',
};

/** A backup that is being written. Each entry is taken once those before it are on their way: little is in memory. */
export interface ArchiveWriter {
  add: (name: string, content: Buffer) => Promise<void>;
  /** Every entry so far, for the manifest. */
  entries: Manifest['entries'];
  /** Ends it. @returns the size of what was written in bytes, and its SHA-256 */
  end: () => Promise<{ bytes: number; sha256: string }>;
  /** Gives it up, and waits until nothing more is written. */
  abandon: () => Promise<void>;
}

/** @param target what is written to; when it fails, or `signal` comes, whatever waits for it throws */
export function writeArchive(target: Writable, signal?: AbortSignal): ArchiveWriter {
  const tar = pack();
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = tap((part) => {
    hash.update(part);
    bytes += part.length;
  });
  // Its streams are Node's but for the type.
  const source = tar as unknown as NodeJS.ReadableStream;
  const flowing = pipeline([source, createGzip(), measure, target], signal ? { signal } : {});
  // Whoever adds or ends it learns of it.
  flowing.catch(() => undefined);
  const entries: Manifest['entries'] = [];

  return {
    entries,
    async add(name, content) {
      if (content.length > LARGEST_ENTRY) throw new Error(TEXTS.tooLarge(name));
      if (entries.length >= MOST_ENTRIES) throw new Error(TEXTS.tooMany);
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
    async end() {
      tar.finalize();
      await flowing;
      return { bytes, sha256: hash.digest('hex') };
    },
    async abandon() {
      tar.destroy();
      await flowing.catch(() => undefined);
    },
  };
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
