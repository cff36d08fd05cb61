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

/** A whole, sound backup. */
export interface Checked {
  manifest: Manifest;
  /** Parents before the tables that refer to them. */
  tables: Table[];
  /** The store's key, where it is in the file. */
  key: Buffer | undefined;
  /** Of the file. */
  sha256: string;
}

/** A backup that a newer version has made. */
export class Newer extends Error {
  override name = 'Newer';
}

/** A backup that was made before the first release. */
export class Prerelease extends Error {
  override name = 'Prerelease';
}

/**
 * Reads a whole backup and sees that everything in it is as it was written. Nothing of it is used before.
 *
 * @param shape says which tables there are after some migrations; a test that checks many files asks once
 * @throws Damaged, Newer, Prerelease; what the file system says
 */
export async function checkBackup(
  file: string,
  signal?: AbortSignal,
  shape: typeof shapeAfter = shapeAfter,
): Promise<Checked> {
  const archive = readArchive(file, signal);
  const entries = archive.entries();
  try {
    const first = (await entries.next()).value;
    const about = readBeginning(first);
    const known = await knownMigrations();
    if (isPrerelease(about.migrations, known)) throw new Prerelease();
    const newer = about.migrations.find((name) => !known.includes(name));
    if (newer) throw new Newer(newer);
    const contents = new Contents(about, await shape(about.migrations));
    contents.note(first as ArchiveEntry);
    for await (const entry of entries) contents.take(entry);
    return { ...contents.end(), sha256: archive.sha256() };
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

/** What a backup holds, taken entry by entry in the only order there is. */
class Contents {
  readonly #about: About;
  readonly #tables: Table[];
  readonly #digests: TableDigest[];
  readonly #entries: Manifest['entries'] = [];
  /** Which table comes now, and how many parts of it came. */
  #table = 0;
  #chunks = 0;
  #key: Buffer | undefined;
  #manifest: Manifest | undefined;

  constructor(about: About, tables: Table[]) {
    this.#about = about;
    this.#tables = tables;
    this.#digests = tables.map(() => new TableDigest());
  }

  note({ name, content }: ArchiveEntry): void {
    this.#entries.push({ name, bytes: content.length, sha256: sha256Of(content) });
  }

  take(entry: ArchiveEntry): void {
    const { name, content } = entry;
    if (this.#manifest) throw new Damaged(TEXTS.odd(name));
    if (name === MANIFEST) {
      this.#manifest = readManifest(content);
      if (!this.#manifest) throw new Damaged(TEXTS.manifest);
      return;
    }
    this.note(entry);
    if (name === KEY_ENTRY && !this.#key) this.#key = content;
    else this.#takeRows(entry);
  }

  #takeRows({ name, content }: ArchiveEntry): void {
    const index = this.#tables.findIndex(
      (table, at) =>
        at >= this.#table && name === chunkName(table.name, at === this.#table ? this.#chunks + 1 : 1),
    );
    const table = this.#tables[index];
    if (!table || this.#key) throw new Damaged(TEXTS.odd(name));
    this.#chunks = index === this.#table ? this.#chunks + 1 : 1;
    this.#table = index;
    for (const row of rowsOf({ name, content }, table)) this.#digests[index]?.add(row);
  }

  end(): Omit<Checked, 'sha256'> {
    if (!this.#manifest) throw new Damaged(TEXTS.noManifest);
    const { tables, entries, nextNumbers, ...about } = this.#manifest;
    if (!isDeepStrictEqual(about, this.#about)) throw new Damaged(TEXTS.manifest);
    compareNames(entries, this.#entries);
    compareNames(tables, this.#tables);
    for (const [index, { name, ...sums }] of entries.entries()) {
      const { bytes, sha256 } = this.#entries[index] as (typeof entries)[number];
      if (sums.bytes !== bytes || sums.sha256 !== sha256) throw new Damaged(TEXTS.sums(name));
    }
    for (const [index, { name, rows, sum }] of tables.entries()) {
      const digest = this.#digests[index] as TableDigest;
      if (rows !== digest.rows || sum !== digest.sum) throw new Damaged(TEXTS.sums(name));
    }
    const numbered = this.#tables.filter((table) => table.numbered).map(({ name }) => name);
    if (!isDeepStrictEqual(Object.keys(nextNumbers).sort(), numbered.sort()))
      throw new Damaged(TEXTS.manifest);
    if (this.#key && keyFingerprint(this.#key.toString('utf8')) !== about.key) throw new Damaged(TEXTS.key);
    return { manifest: this.#manifest, tables: this.#tables, key: this.#key };
  }
}

function compareNames(told: { name: string }[], found: { name: string }[]): void {
  const names = (list: { name: string }[]) => list.map(({ name }) => name);
  if (!isDeepStrictEqual(names(told), names(found))) throw new Damaged(TEXTS.manifest);
}

/** The rows of one part of a table. @throws Damaged */
export function rowsOf({ name, content }: ArchiveEntry, table: Table): Row[] {
  const lines = content.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new Damaged(TEXTS.lines(name));
  try {
    return lines.map((line) => decodeRow(line, table));
  } catch {
    throw new Damaged(TEXTS.row(name));
  }
}
