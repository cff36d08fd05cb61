import { z } from 'zod';
import { deriveKey } from '../../shared/crypto/encryption.ts';

/**
 * The file of a backup: a tar archive, compressed by gzip, so that in need any machine opens it. In this order:
 *
 * - `about.json`: what it is, before anything that needs to be understood by it;
 * - `tables/users/000001.ndjson`: rows, one JSON array a line, the tables and their columns in the order in which a
 *   database is filled;
 * - `files/secret.key`: the store's key, where the data folder holds it;
 * - `manifest.json`: all of that once more with sums, so that a file that was cut off has none.
 */

/** Changes when a program that knows this format could not read the next one. */
export const FORMAT = 1;

export const ABOUT = 'about.json';
export const MANIFEST = 'manifest.json';
export const KEY_ENTRY = 'files/secret.key';

/** The name of one part of a table's rows, counted from 1. */
export function chunkName(table: string, number: number): string {
  return `tables/${table}/${String(number).padStart(6, '0')}.ndjson`;
}

/** A part of a table ends with the row that brings it to this many bytes. */
export const CHUNK_BYTES = 1_000_000;

/**
 * What is read into memory at once, in bytes: the largest row holds a picture or a mail of 16 MiB, written with a
 * third more. A file that claims more is none of ours, or made to fill the memory of who reads it.
 */
export const LARGEST_ENTRY = 48_000_000;
/** That many parts hold 100 GB. */
export const MOST_ENTRIES = 100_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const about = z.strictObject({
  format: z.literal(FORMAT),
  program: z.string(),
  createdAt: z.iso.datetime(),
  dialect: z.enum(['sqlite', 'postgres', 'mysql']),
  /** The names of those that had been run on the store. */
  migrations: z.array(z.string()).min(1),
  /** Which SECRET_KEY the store had, by a value that is made of it; null when it had none yet. */
  key: z.string().nullable(),
});

const manifest = about.extend({
  tables: z.array(z.strictObject({ name: z.string(), rows: count, sum: sha256 })),
  /** The number that the next new row of each table gets. */
  nextNumbers: z.record(z.string(), count),
  /** Every entry but the manifest itself. */
  entries: z.array(z.strictObject({ name: z.string(), bytes: count, sha256 })),
});

export type About = z.infer<typeof about>;
export type Manifest = z.infer<typeof manifest>;

/** @returns undefined when it is no such thing, or of another format; so does readManifest */
export function readAbout(content: Buffer): About | undefined {
  return about.safeParse(jsonOf(content)).data;
}

export function readManifest(content: Buffer): Manifest | undefined {
  return manifest.safeParse(jsonOf(content)).data;
}

/** The format of a file that begins as ours do, also of one that this version cannot read. */
export function formatOf(content: Buffer): number | undefined {
  return z.object({ format: z.int() }).safeParse(jsonOf(content)).data?.format;
}

/** Tells two keys of a store apart; nobody can work out the key from it (HKDF, RFC 5869). */
export function keyFingerprint(secret: string): string {
  return deriveKey(secret, 'fingerprint');
}

export function asJson(value: About | Manifest): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function jsonOf(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}
