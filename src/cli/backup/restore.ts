import { isDeepStrictEqual } from 'node:util';
import { record } from '../../audit/audit.ts';
import { type Verification, verifyChain } from '../../audit/audit-chain.ts';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../database/connection.ts';
import { inTransaction } from '../../database/transaction.ts';
import { type Filling, fillStore } from '../../database/transfer/fill-database.ts';
import { digestOf, withSnapshot } from '../../database/transfer/snapshot.ts';
import type { Clock } from '../../shared/clock.ts';
import { operator } from '../store.ts';
import { readArchive } from './archive-reader.ts';
import { counter } from './back-up.ts';
import { type Checked, rowsOf } from './check-backup.ts';
import { type PutBack, putKeyBack } from './restored-key.ts';
import { countPersonalTokens, type Ended, endRestoredLogins } from './restored-store.table.ts';

/** What is restored, and with what. */
export interface RestoreTools {
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

/** A store that was restored. */
export interface Restored {
  rows: number;
  /** The migrations that were run afterwards. */
  migrated: string[];
  audit: Verification;
  ended: Ended;
  personalTokens: number;
  key: PutBack | undefined;
}

/** The database does not hold what was written to it, or the file changed meanwhile. */
export class Unequal extends Error {
  override name = 'Unequal';
}

const TEXTS = {
  changed: 'the file was changed meanwhile',
  unequal: (table: string) => `the database does not hold ${table} as it was written`,
};

/**
 * Makes of a database the store that a checked backup holds. Until everything in it was compared it is marked as
 * unfinished, and no store starts with it.
 *
 * @throws whatever went wrong: then the mark stays, and restoring again begins anew
 */
export async function restoreInto(db: Database, tools: RestoreTools): Promise<Restored> {
  const { checked, config, clock, file, source = file, replace } = tools;
  const { migrations } = checked.manifest;
  const plan = { source, startedAt: clock(), replace, migrations };
  return fillStore(db, plan, async (filling) => {
    await fill(filling, tools);
    await compare(db, checked);
    const migrated = await filling.complete(checked.manifest.nextNumbers);
    const audit = await verifyChain(db);
    const ended = await inTransaction(db, (trx) => endRestoredLogins(trx, clock()));
    await recordRestore(db, tools);
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

/** Reads everything back. */
async function compare(db: Database, { manifest }: Checked): Promise<void> {
  await withSnapshot(db, async (snapshot) => {
    for (const [index, table] of snapshot.tables.entries()) {
      const { rows, sum } = await digestOf(snapshot, table);
      const found = { name: table.name, rows, sum };
      if (!isDeepStrictEqual(found, manifest.tables[index])) throw new Unequal(TEXTS.unequal(table.name));
    }
  });
}

async function recordRestore(db: Database, { clock, checked }: RestoreTools): Promise<void> {
  const { createdAt, program } = checked.manifest;
  const details = { createdAt, program, sha256: checked.sha256 };
  await inTransaction(db, (trx) =>
    record(trx, clock(), { action: 'store.restored', actor: operator(), details }),
  );
}
