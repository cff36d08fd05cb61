import { type Verification, verifyChain } from '../../audit/audit.ts';
import { systemClock } from '../../clock.ts';
import { ConfigError, parseDatabaseUrl } from '../../config.ts';
import type { Database } from '../../database/connection.ts';
import { placeOf } from '../../database/database-words.ts';
import type { DatabaseAddress } from '../../database/dialect.ts';
import { type Copied, CopyDiffers, copyStore } from '../../database/transfer/copying.ts';
import { isMissingDatabase, isSamePlace } from '../../database/transfer/dialect-place.ts';
import { FillingRefused, UnwritableRow } from '../../database/transfer/filling.ts';
import { UnreadableRow } from '../../database/transfer/snapshot.ts';
import { reasonOf } from '../../shared/reason.ts';
import { Interrupted, whileInterruptible } from '../interrupting.ts';
import { Refusal, type Report } from '../output.ts';
import type { ProgressBar } from '../progress.ts';
import { makeFolderOf, migrationsOf, refuseMissingFile, refuseNewer, withDatabase } from '../store.ts';

const number = (value: number) => value.toLocaleString('en');

export const TEXTS = {
  from: 'the store to copy, as DATABASE_URL names one; it may run meanwhile',
  to: 'an empty database: sqlite: and a path, or one on a server that was made for it',
  note: `
The copy is the store as it is at one moment: what is written to it later is not
in the copy. Stop the store first when the copy is to take its place.
Rows are read back and compared. A copy that is broken off is marked, and no store
starts there; running the same command again starts over.`,
  address: (option: string) =>
    `${option} must be sqlite: and the path of a file, postgres://… or mysql://…, as DATABASE_URL is.`,
  same: (place: string) =>
    `Both addresses lead to the same database, ${place}. Name an empty one after --to.`,
  noStore: (place: string) => `There is no store at ${place}, so there is nothing to copy.`,
  noDatabase: (place: string) =>
    `There is no database at ${place}. Make an empty one there first (create database …), and let this user make tables in it.`,
  unwritable: (place: string, reason: string) =>
    `The database at ${place} cannot be written to (${reason}). Nothing was copied.`,
  store: (place: string) =>
    `There is a store at ${place} already, which a copy would overwrite. Nothing was changed; name an empty database.`,
  foreign: (place: string, tables: string) =>
    `The database at ${place} holds other tables (${tables}). Nothing was changed; name an empty database.`,
  busy: (place: string) => `Somebody else is filling the database at ${place} right now.`,
  unfinished: (place: string, what: string) =>
    `${what} The copy at ${place} is unfinished and marked so: no store starts there. The same command starts over; the source is as it was.`,
  row: (message: string) => `${message} Put it right in the source.`,
  differs: (table: string) =>
    `What was read back from the table ${table} is not what was written, so the copy is not sound.`,
  interrupted: 'The copy was broken off.',
  failed: (reason: string) => `The copy failed (${reason}).`,
  copied: (copied: Copied, seconds: string, from: string, to: string) =>
    `Copied ${number(copied.rows)} rows in ${copied.tables} tables from ${from} to ${to} in ${seconds} s.`,
  compared: 'Each table has as many rows in the copy as were read, with the same checksum.',
  chain: (rows: number) => `The audit log of the copy is sound. Rows: ${number(rows)}`,
  brokenChain: (row: number) =>
    `The audit log is broken at row ${row}, in the source just as in the copy. See gatehouse audit verify.`,
  migrated: (migrations: number) =>
    `The source is of an older version; the copy was brought up to date (migrations: ${migrations}).`,
  startedOver: 'What an unfinished copy had left there was removed first.',
  leftOut: (tables: string) => `Tables that are not the store's were left out: ${tables}`,
  asOf: (time: string) => `The copy is the store as it was at ${time}; what was written later is not in it.`,
  next: (to: string) => [
    'To move to it: stop the store, copy again if it has run since, and start it with',
    `DATABASE_URL leading to ${to}. Keep SECRET_KEY (or DATA_DIR/secret.key) and DATA_DIR as they are.`,
  ],
};

/** Copies a store from one address to another, and says what it did. @throws Refusal */
export async function runCopy({ from, to }: { from: string; to: string }, bar: ProgressBar): Promise<Report> {
  const source = addressOf('--from', from);
  const target = addressOf('--to', to);
  refuseMissingFile(source);
  return withDatabase({ database: source }, async (sourceDb) => {
    const migrations = await migrationsOf(sourceDb, source);
    if (migrations.isNew) throw new Refusal('no-store', TEXTS.noStore(placeOf(source)));
    refuseNewer(migrations, source);
    makeFolderOf(target);
    return withDatabase({ database: target }, async (targetDb) => {
      await refuseWrongTarget(sourceDb, targetDb, target);
      const begun = performance.now();
      const startedAt = systemClock();
      const copied = await whileInterruptible((signal) =>
        copyStore(sourceDb, targetDb, {
          source: placeOf(source),
          startedAt,
          signal,
          progress: ({ phase, done, total }) => bar.show(phase, done, total),
        }),
      ).catch((error) => {
        throw refusalOf(error, placeOf(target));
      });
      const chain = await verifyChain(targetDb);
      const seconds = (performance.now() - begun) / 1_000;
      return reportOf({ copied, chain, seconds, startedAt, from: placeOf(source), to: placeOf(target) });
    });
  });
}

/** @throws Refusal without the text, which may hold a password */
function addressOf(option: string, text: string): DatabaseAddress {
  try {
    const address = parseDatabaseUrl(text);
    if (address.dialect !== 'sqlite' || address.file !== ':memory:') return address;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
  throw new Refusal('address', TEXTS.address(option));
}

/** @throws Refusal when the target cannot be used, or is the source */
async function refuseWrongTarget(
  source: Database,
  target: Database,
  address: DatabaseAddress,
): Promise<void> {
  try {
    await target.raw('select 1');
  } catch (error) {
    const place = placeOf(address);
    if (isMissingDatabase(error)) throw new Refusal('no-database', TEXTS.noDatabase(place));
    throw new Refusal('target', TEXTS.unwritable(place, reasonOf(error)));
  }
  if (await isSamePlace(source, target)) throw new Refusal('same', TEXTS.same(placeOf(address)));
}

function refusalOf(error: unknown, to: string): Refusal {
  if (error instanceof FillingRefused) {
    const { reason, message } = error;
    return new Refusal(REFUSED[reason], TEXTS[reason](to, message));
  }
  const unfinished = (code: string, what: string) => new Refusal(code, TEXTS.unfinished(to, what));
  if (error instanceof Interrupted) return unfinished('interrupted', TEXTS.interrupted);
  if (error instanceof CopyDiffers) return unfinished('differs', TEXTS.differs(error.table));
  if (error instanceof UnreadableRow || error instanceof UnwritableRow)
    return unfinished('row', TEXTS.row(error.message));
  return unfinished('failed', TEXTS.failed(reasonOf(error)));
}

const REFUSED = { store: 'not-empty', foreign: 'not-empty', unwritable: 'target', busy: 'busy' } as const;

interface Done {
  copied: Copied;
  chain: Verification;
  seconds: number;
  startedAt: number;
  from: string;
  to: string;
}

function reportOf({ copied, chain, seconds, startedAt, from, to }: Done): Report {
  const { tables, rows, migrations, leftOut, startedOver } = copied;
  const asOf = new Date(startedAt).toISOString();
  return {
    lines: [
      ...(startedOver ? [TEXTS.startedOver] : []),
      TEXTS.copied(copied, seconds.toFixed(1), from, to),
      TEXTS.compared,
      chain.ok ? TEXTS.chain(chain.rows) : TEXTS.brokenChain(chain.sequence),
      ...(migrations.length > 0 ? [TEXTS.migrated(migrations.length)] : []),
      ...(leftOut.length > 0 ? [TEXTS.leftOut(leftOut.join(', '))] : []),
      TEXTS.asOf(asOf),
      ...TEXTS.next(to),
    ],
    data: {
      ...{
        from,
        to,
        asOf,
        tables,
        rows,
        seconds: Number(seconds.toFixed(3)),
        startedOver,
        leftOut,
        migrations,
      },
      audit: chain.ok ? { sound: true, rows: chain.rows } : { sound: false, row: chain.sequence },
    },
    failed: !chain.ok,
  };
}
