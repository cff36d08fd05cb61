import { isDeepStrictEqual } from 'node:util';
import { isPrerelease, knownMigrations } from '../../database/migrations.ts';
import { decodeRow, type Row, TableDigest } from '../../database/transfer/rows.ts';
import { shapeAfter, type Table } from '../../database/transfer/shape.ts';
import { type ArchiveEntry, Damaged, readArchive, sha256Of } from './archive.ts';
import {
  ABOUT,
  type About,
  chunkName,
  FORMAT,
  formatOf,
  KEY_ENTRY,
  keyFingerprint,
  MANIFEST,
  type Manifest,
  readAbout,
  readManifest,
} from './archive-format.ts';

const TEXTS = {
  noBackup: 'it does not begin as a backup does',
  odd: (name: string) => `it holds ${name}, which does not belong there`,
  lines: (name: string) => `${name} ends within a line`,
  row: (name: string) => `${name} holds what is no row of that table`,
  noManifest: 'its end is missing',
  manifest: 'its manifest cannot be read, or is not that of this backup',
  sums: (what: string) => `${what} is not what was written`,
  key: 'the key in it is not that of the store',
};

export type Checked = Awaited<ReturnType<typeof checkBackup>>;

export class Newer extends Error {
  override name = 'Newer';
}

export class Prerelease extends Error {
  override name = 'Prerelease';
}

/**
 * Reads a whole backup and sees that everything in it is as it was written. Nothing of it is used before.
 *
 * @param shape says which tables there are after some migrations; a test that checks many files asks once
 * @throws Damaged, Newer, Prerelease; what the file system says
 */
export async function checkBackup(file: string, signal?: AbortSignal, shape: typeof shapeAfter = shapeAfter) {
  const archive = readArchive(file, signal);
  const entries = archive.entries();
  try {
    const first = (await entries.next()).value;
    const about = readBeginning(first);
    const known = await knownMigrations();
    if (isPrerelease(about.migrations, known)) throw new Prerelease();
    const newer = about.migrations.find((name) => !known.includes(name));
    if (newer) throw new Newer(newer);
    const found = await readContents(first as ArchiveEntry, entries, await shape(about.migrations));
    compareWithManifest(about, found);
    const { manifest, tables, key } = found;
    return { manifest, tables, key, sha256: archive.sha256() };
  } finally {
    await entries.return(undefined);
  }
}

function readBeginning(entry: ArchiveEntry | undefined): About {
  if (entry?.name !== ABOUT) throw new Damaged(TEXTS.noBackup);
  const about = readAbout(entry.content);
  if (about) return about;
  const format = formatOf(entry.content);
  if (format !== undefined && format > FORMAT) throw new Newer(`format ${format}`);
  throw new Damaged(TEXTS.noBackup);
}

/** Takes entry by entry, in the only order there is. */
async function readContents(first: ArchiveEntry, rest: AsyncIterable<ArchiveEntry>, tables: Table[]) {
  const entries = [sumsOf(first)];
  const digests = tables.map(() => new TableDigest());
  let key: Buffer | undefined;
  let manifest: Manifest | undefined;
  let part = { table: 0, chunk: 0 };
  for await (const entry of rest) {
    const { name, content } = entry;
    if (manifest) throw new Damaged(TEXTS.odd(name));
    if (name === MANIFEST) {
      manifest = readManifest(content);
      if (!manifest) throw new Damaged(TEXTS.manifest);
      continue;
    }
    entries.push(sumsOf(entry));
    if (name === KEY_ENTRY && !key) {
      key = content;
      continue;
    }
    const next = key ? undefined : partNamed(name, tables, part);
    if (!next) throw new Damaged(TEXTS.odd(name));
    part = next;
    for (const row of rowsOf(entry, tables[part.table] as Table)) digests[part.table]?.add(row);
  }
  if (!manifest) throw new Damaged(TEXTS.noManifest);
  return { entries, tables, digests, key, manifest };
}

function sumsOf({ name, content }: ArchiveEntry): Manifest['entries'][number] {
  return { name, bytes: content.length, sha256: sha256Of(content) };
}

/** What may come after a part of a table: its next part, or the first of a later one. */
function partNamed(name: string, tables: Table[], { table, chunk }: { table: number; chunk: number }) {
  const chunkAt = (index: number) => (index === table ? chunk + 1 : 1);
  const index = tables.findIndex((one, at) => at >= table && name === chunkName(one.name, chunkAt(at)));
  return index === -1 ? undefined : { table: index, chunk: chunkAt(index) };
}

function compareWithManifest(
  begun: About,
  { manifest, entries, tables, digests, key }: Awaited<ReturnType<typeof readContents>>,
): void {
  const { tables: listedTables, entries: listedEntries, nextNumbers, ...about } = manifest;
  if (!isDeepStrictEqual(about, begun)) throw new Damaged(TEXTS.manifest);
  compareEach(listedEntries, entries);
  const summed = digests.map(({ rows, sum }, index) => ({ name: tables[index]?.name ?? '', rows, sum }));
  compareEach(listedTables, summed);
  const numbered = tables.filter((table) => table.numbered).map(({ name }) => name);
  if (!isDeepStrictEqual(Object.keys(nextNumbers).sort(), numbered.sort())) throw new Damaged(TEXTS.manifest);
  if (key && keyFingerprint(key.toString('utf8')) !== about.key) throw new Damaged(TEXTS.key);
}

function compareEach(listed: { name: string }[], found: { name: string }[]): void {
  const names = (list: { name: string }[]) => list.map(({ name }) => name);
  if (!isDeepStrictEqual(names(listed), names(found))) throw new Damaged(TEXTS.manifest);
  const wrong = listed.find((one, index) => !isDeepStrictEqual(one, found[index]));
  if (wrong) throw new Damaged(TEXTS.sums(wrong.name));
}

export function rowsOf({ name, content }: ArchiveEntry, table: Table): Row[] {
  const lines = content.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new Damaged(TEXTS.lines(name));
  try {
    return lines.map((line) => decodeRow(line, table));
  } catch {
    throw new Damaged(TEXTS.row(name));
  }
}
