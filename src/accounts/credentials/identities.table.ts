import type { Database } from '../../database/connection.ts';
import { insertReturningId } from '../../database/dialect.ts';
import { isUniqueViolation } from '../../database/dialect-errors.ts';
import type { Transaction } from '../../database/transaction.ts';

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

const COLUMNS = {
  id: 'id',
  userId: 'user_id',
  issuer: 'issuer',
  subject: 'subject',
  label: 'label',
  createdAt: 'created_at',
  lastUsedAt: 'last_used_at',
} as const;

/** Finds whose identity this is, by the hash of issuer and subject. */
export async function findIdentityByHash(
  db: Database | Transaction,
  identityHash: string,
): Promise<Identity | undefined> {
  return db('identities').where('identity_hash', identityHash).first(COLUMNS);
}

/** Finds one of a person's identities; another's is none. */
export async function findIdentity(
  db: Database | Transaction,
  userId: number,
  id: number,
): Promise<Identity | undefined> {
  return db('identities').where({ id, user_id: userId }).first(COLUMNS);
}

/** All identities of a person, in the order in which they were connected. */
export async function listIdentities(db: Database | Transaction, userId: number): Promise<Identity[]> {
  return db('identities').where('user_id', userId).orderBy('id').select(COLUMNS);
}

/** @returns its id, or undefined when the identity is somebody's already, whoever's */
export async function insertIdentity(
  trx: Transaction,
  identity: Omit<Identity, 'id' | 'lastUsedAt'> & { identityHash: string },
): Promise<number | undefined> {
  try {
    // In a savepoint: a unique violation would end the transaction around it (PostgreSQL).
    return await trx.transaction((savepoint) =>
      insertReturningId(savepoint, 'identities', {
        user_id: identity.userId,
        identity_hash: identity.identityHash,
        issuer: identity.issuer,
        subject: identity.subject,
        label: identity.label,
        created_at: identity.createdAt,
        last_used_at: identity.createdAt,
      }),
    );
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

export async function saveIdentityUse(db: Database, id: number, lastUsedAt: number): Promise<void> {
  await db('identities').where({ id }).update({ last_used_at: lastUsedAt });
}

/** @returns whether the person had it */
export async function deleteIdentity(trx: Transaction, userId: number, id: number): Promise<boolean> {
  return (await trx('identities').where({ id, user_id: userId }).delete()) === 1;
}

/** Removes the identities that a person connected since a time. */
export async function deleteIdentitiesSince(trx: Transaction, userId: number, time: number): Promise<void> {
  await trx('identities').where('user_id', userId).where('created_at', '>=', time).delete();
}
