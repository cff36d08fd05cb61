import type { Database } from '../../database/connection.ts';
import { insertReturningId } from '../../database/dialect.ts';
import { columns } from '../../database/rows.ts';
import { type Transaction, unlessTaken } from '../../database/transaction.ts';

/** Who a member is at a provider. Times are UTC milliseconds. */
export interface Identity {
  id: number;
  userId: number;
  issuer: string;
  subject: string;
  /** What the provider called the person when the two were connected; only to be shown. */
  label: string;
  createdAt: number;
  lastUsedAt: number | null;
}

const COLUMNS = columns('id userId issuer subject label createdAt lastUsedAt');

/** Finds whose identity this is, by the hash of issuer and subject. */
export async function findIdentityByHash(db: Database, identityHash: string): Promise<Identity | undefined> {
  return db('identities').where('identity_hash', identityHash).first(COLUMNS);
}

/** Finds one of a person's identities; another's is none. */
export async function findIdentity(db: Database, userId: number, id: number): Promise<Identity | undefined> {
  return db('identities').where({ id, user_id: userId }).first(COLUMNS);
}

export async function listIdentities(db: Database, userId: number): Promise<Identity[]> {
  return db('identities').where('user_id', userId).orderBy('id').select(COLUMNS);
}

/** @returns its id, or undefined when the identity is somebody's already, whoever's */
export async function insertIdentity(
  trx: Transaction,
  identity: Omit<Identity, 'id' | 'lastUsedAt'> & { identityHash: string },
): Promise<number | undefined> {
  const row = { ...identity, lastUsedAt: identity.createdAt };
  return unlessTaken(trx, (savepoint) => insertReturningId(savepoint, 'identities', row));
}

export async function saveIdentityUse(db: Database, id: number, lastUsedAt: number): Promise<void> {
  await db('identities').where({ id }).update({ last_used_at: lastUsedAt });
}

/** @returns whether the person had it */
export async function deleteIdentity(trx: Transaction, userId: number, id: number): Promise<boolean> {
  return (await trx('identities').where({ id, user_id: userId }).delete()) === 1;
}

export async function deleteIdentitiesSince(trx: Transaction, userId: number, time: number): Promise<void> {
  await trx('identities').where('user_id', userId).where('created_at', '>=', time).delete();
}
