import type { Database } from '../../database/connection.ts';
import { insertReturningId } from '../../database/dialect.ts';
import { columns, countRows, toRow } from '../../database/rows.ts';
import { type Transaction, unlessTaken } from '../../database/transaction.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';

/** A passkey as the store knows it: the public half. Times are UTC milliseconds. */
export interface Passkey {
  id: number;
  userId: number;
  /** In base64url, as the next two. */
  credentialId: string;
  publicKey: string;
  userHandle: string;
  /** How often its authenticator says that it signed; 0 for those that do not count. */
  counter: number;
  /** How a browser can reach it: `internal`, `usb`. */
  transports: string[];
  /** Whether its authenticator keeps a copy elsewhere. */
  backedUp: boolean;
  name: string;
  createdAt: number;
  lastUsedAt: number | null;
}

const COLUMNS = columns(
  'id userId credentialId publicKey userHandle counter transports backedUp name createdAt lastUsedAt',
);

type Row = Omit<Passkey, 'transports' | 'backedUp'> & { transports: string; backedUp: boolean | number };

function passkeyOf(row: Row): Passkey {
  const transports = row.transports.split(' ').filter(Boolean);
  return { ...row, transports, backedUp: Boolean(row.backedUp) };
}

export async function countPasskeys(db: Database, userId: number): Promise<number> {
  return countRows(db('passkeys').where('user_id', userId));
}

export async function listPasskeys(db: Database, userId: number): Promise<Passkey[]> {
  const rows: Row[] = await db('passkeys').where('user_id', userId).orderBy('id').select(COLUMNS);
  return rows.map(passkeyOf);
}

/** Finds one of a person's passkeys; another's is none. */
export async function findPasskey(db: Database, userId: number, id: number): Promise<Passkey | undefined> {
  const row: Row | undefined = await db('passkeys').where({ id, user_id: userId }).first(COLUMNS);
  return row && passkeyOf(row);
}

/** Finds a passkey by what a browser calls it, whoever's it is. */
export async function findByCredential(db: Database, credentialId: string): Promise<Passkey | undefined> {
  const row: Row | undefined = await db('passkeys')
    .where('credential_hash', hashToken(credentialId))
    .first(COLUMNS);
  return row && passkeyOf(row);
}

/** @returns its id, or undefined when there is a passkey with this credential id already, of whomever */
export async function insertPasskey(
  trx: Transaction,
  passkey: Omit<Passkey, 'id' | 'lastUsedAt'>,
): Promise<number | undefined> {
  const row = {
    ...passkey,
    credentialHash: hashToken(passkey.credentialId),
    transports: passkey.transports.join(' '),
  };
  return unlessTaken(trx, (savepoint) => insertReturningId(savepoint, 'passkeys', row));
}

/**
 * Writes down a use, if the counter is still the one that the use was checked against.
 *
 * @returns false when another use came between, or the passkey was removed
 */
export async function savePasskeyUse(
  db: Database,
  { id, counter }: Pick<Passkey, 'id' | 'counter'>,
  use: Pick<Passkey, 'counter' | 'backedUp'> & { lastUsedAt: number },
): Promise<boolean> {
  const changed = await db('passkeys').where({ id, counter }).update(toRow(use));
  return changed === 1;
}

export async function updatePasskeyName(trx: Transaction, id: number, name: string): Promise<void> {
  await trx('passkeys').where({ id }).update({ name });
}

/** @returns whether the person had it */
export async function deletePasskey(trx: Transaction, userId: number, id: number): Promise<boolean> {
  return (await trx('passkeys').where({ id, user_id: userId }).delete()) === 1;
}

/** Removes the passkeys that a person added since a time. @returns whether there were any */
export async function deletePasskeysSince(trx: Transaction, userId: number, time: number): Promise<boolean> {
  return (await trx('passkeys').where('user_id', userId).where('created_at', '>=', time).delete()) > 0;
}
