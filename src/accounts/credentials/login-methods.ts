import type { Database } from '../../database/connection.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { AccountContext } from '../account-context.ts';
import { findPasswordHash, NO_PASSWORD } from '../users.table.ts';
import { listIdentities } from './identities.table.ts';
import { providerOf } from './identities.ts';
import { countPasskeys } from './passkeys.table.ts';

type RemovableMethod = { kind: 'passkey' } | { kind: 'identity'; id: number };

/**
 * Whether an account can still be entered without one of its login methods: by a password, a passkey, or an identity at a
 * provider that the store still knows. A mailed link does not count: who has lost the mailbox needs the others.
 *
 * @param db within a transaction in which the account is locked, so that of two who remove one each, one is refused
 */
export async function canRemoveLoginMethod(
  db: Database,
  { config }: Pick<AccountContext, 'config'>,
  userId: number,
  method: RemovableMethod,
): Promise<boolean> {
  if (await hasPassword(db, userId)) return true;
  const passkeys = (await countPasskeys(db, userId)) - (method.kind === 'passkey' ? 1 : 0);
  if (passkeys > 0) return true;
  const identities = await listIdentities(db, userId);
  return identities.some(
    (identity) => providerOf(config, identity) && !(method.kind === 'identity' && method.id === identity.id),
  );
}

export async function hasPassword(db: Database, userId: number): Promise<boolean> {
  const hash = await findPasswordHash(db, userId);
  return hash !== undefined && hash !== NO_PASSWORD;
}

/** Whether the store made an account for somebody who has not come in yet: no password, and no other way to be known. */
export async function awaitsFirstPassword(
  trx: Transaction,
  { id, passwordHash }: { id: number; passwordHash: string },
): Promise<boolean> {
  return passwordHash === NO_PASSWORD && (await listIdentities(trx, id)).length === 0;
}

export async function providersOf(
  db: Database,
  { config }: Pick<AccountContext, 'config'>,
  userId: number,
): Promise<AccountContext['config']['providers']> {
  if (config.providers.length === 0) return [];
  const identities = await listIdentities(db, userId);
  return config.providers.filter((provider) =>
    identities.some((identity) => providerOf(config, identity) === provider),
  );
}
