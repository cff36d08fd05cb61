import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extract, type Header, pack } from 'tar-stream';

/** Something in a tar archive. */
export interface Packed {
  name: string;
  content: Buffer;
  type?: Header['type'];
}

/** What is in a backup, in its order. */
export async function unpack(file: string): Promise<Packed[]> {
  const tar = extract();
  tar.end(gunzipSync(readFileSync(file)));
  const entries: Packed[] = [];
  for await (const entry of tar) {
    const content = await buffer(entry as AsyncIterable<unknown> as AsyncIterable<Buffer>);
    entries.push({ name: entry.header.name, content });
  }
  return entries;
}

/** An archive that is not compressed yet. */
export async function asTar(entries: Packed[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content, type = 'file' } of entries) {
    if (type === 'file') tar.entry({ name }, content);
    else tar.entry({ name, type, linkname: '/etc/passwd' });
  }
  tar.finalize();
  return buffer(tar as AsyncIterable<unknown> as AsyncIterable<Buffer>);
}

export async function repack(file: string, entries: Packed[]): Promise<void> {
  writeFileSync(file, gzipSync(await asTar(entries), { level: 1 }));
}

/** Makes a manifest fit what stands before it, as somebody would who forges a backup with care. */
export function refit(entries: Packed[], change: (manifest: Record<string, unknown>) => void): Packed[] {
  const original = entries.findLast(
    ({ name, content }) => name === 'manifest.json' && content.at(0) === 0x7b,
  );
  return entries.map((entry) => {
    if (entry !== original) return entry;
    const manifest = JSON.parse(entry.content.toString('utf8'));
    manifest.entries = entries
      .filter((one) => one !== original)
      .map(({ name, content }) => ({
        name,
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      }));
    change(manifest);
    return { ...entry, content: Buffer.from(JSON.stringify(manifest)) };
  });
}
