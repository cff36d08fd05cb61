import { existsSync, readFileSync } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { record } from '../../audit/audit.ts';
import { verifyChain } from '../../audit/audit-chain.ts';
import type { Config } from '../../config/config.ts';
import { findSecret, secretFile } from '../../config/secret-key.ts';
import type { Database } from '../../database/connection.ts';
import { inTransaction } from '../../database/transaction.ts';
import { type Filling, fillStore } from '../../database/transfer/fill-database.ts';
import { digestOf, withSnapshot } from '../../database/transfer/snapshot.ts';
import type { Clock } from '../../shared/clock.ts';
import { Refusal } from '../shell/output.ts';
import { operator } from '../shell/store.ts';
import { readArchive } from './archive.ts';
import { keyFingerprint } from './archive-format.ts';
import { counter } from './back-up.ts';
import { type Checked, rowsOf } from './check-backup.ts';
import { countPersonalTokens, endRestoredLogins } from './restored-store.table.ts';
import { writeWholeFile } from './whole-file.ts';

interface RestoreTools {
  config: Config;
  clock: Clock;
  file: string;
  /** What messages call it; by default the file. */
  source?: string;
  checked: Checked;
  /** Whether a store stands there that may be removed. */
  replace: boolean;
  /** When it began, for names. */
  moment: string;
  signal?: AbortSignal | undefined;
  progress?: ((done: number, total: number) => void) | undefined;
}

export type Restored = Awaited<ReturnType<typeof restoreInto>>;

export class Unequal extends Error {
  override name = 'Unequal';
}

const TEXTS = {
  changed: 'the file was changed meanwhile',
  unequal: (table: string) => `the database does not hold ${table} as it was written`,
  otherKey: (advice: string) =>
    `The backup was made with another SECRET_KEY: authenticator apps and waiting mails would be lost. ${advice} Or give --other-key. Nothing was changed.`,
  set: 'Set SECRET_KEY to the one that the store had then.',
  unset:
    'Take SECRET_KEY out of the settings: the key is in the backup and is put back into the data folder.',
};

/**
 * Makes of a database the store that a checked backup holds. Until everything in it was compared it is marked as
 * unfinished, and no store starts with it.
 *
 * @throws whatever went wrong: then the mark stays, and restoring again begins anew
 */
export async function restoreInto(db: Database, tools: RestoreTools) {
  const { checked, config, clock, file, source = file, replace } = tools;
  const { migrations, createdAt, program } = checked.manifest;
  const details = { createdAt, program, sha256: checked.sha256 };
  const plan = { source, startedAt: clock(), replace, migrations };
  return fillStore(db, plan, async (filling) => {
    await fill(filling, tools);
    await compare(db, checked);
    const migrated = await filling.complete(checked.manifest.nextNumbers);
    const audit = await verifyChain(db);
    const ended = await inTransaction(db, (trx) => endRestoredLogins(trx, clock()));
    await inTransaction(db, (trx) =>
      record(trx, clock(), { action: 'store.restored', actor: operator(), details }),
    );
    return {
      rows: rowsIn(checked),
      migrated,
      audit,
      ended,
      personalTokens: await countPersonalTokens(db, clock()),
      key: await putKeyBack(config, checked, tools.moment),
    };
  });
}

function rowsIn({ manifest }: Checked): number {
  return manifest.tables.reduce((sum, { rows }) => sum + rows, 0);
}

async function fill(filling: Filling, { file, checked, signal, progress }: RestoreTools): Promise<void> {
  const archive = readArchive(file, signal);
  const tables = new Map(filling.tables.map((table) => [table.name, table]));
  const advance = progress && counter(progress, rowsIn(checked));
  for await (const entry of archive.entries()) {
    const [folder, name = ''] = entry.name.split('/');
    const table = tables.get(name);
    if (folder !== 'tables' || !table) continue;
    const rows = rowsOf(entry, table);
    await filling.insert(table, rows);
    advance?.(rows.length);
  }
  if (archive.sha256() !== checked.sha256) throw new Unequal(TEXTS.changed);
}

async function compare(db: Database, { manifest }: Checked): Promise<void> {
  await withSnapshot(db, async (snapshot) => {
    for (const [index, table] of snapshot.tables.entries()) {
      const { rows, sum } = await digestOf(snapshot, table);
      const found = { name: table.name, rows, sum };
      if (!isDeepStrictEqual(found, manifest.tables[index])) throw new Unequal(TEXTS.unequal(table.name));
    }
  });
}

/**
 * Whether what the store encrypted can be opened after the restore.
 *
 * @param allowed whether another key will do
 * @returns whether it will be another
 * @throws Refusal
 */
export function checkRestoredKey(config: Config, { manifest, key }: Checked, allowed: boolean): boolean {
  // With a key of its own in the file the folder gets that one.
  if (manifest.key === null || (key && config.secretKey === undefined)) return false;
  const present = findSecret(config);
  if (present !== undefined && keyFingerprint(present) === manifest.key) return false;
  if (!allowed) throw new Refusal('other-key', TEXTS.otherKey(key ? TEXTS.unset : TEXTS.set));
  return true;
}

/** Puts the key back into the data folder, unless the settings have one. One that differs is kept beside it. */
async function putKeyBack(config: Config, { key }: Checked, moment: string) {
  const file = secretFile(config);
  if (!key || config.secretKey !== undefined) return undefined;
  const isThere = existsSync(file);
  if (isThere && readFileSync(file).equals(key)) return undefined;
  const kept = isThere ? `${file}.before-restore-${moment}` : undefined;
  // Linked, then replaced at one stroke: whoever is killed in between leaves a key.
  if (kept) await link(file, kept);
  const next = `${file}.restored`;
  await rm(next, { force: true });
  await writeWholeFile(next, (target) => pipeline([key], target));
  await rename(next, file);
  return { file, kept };
}
