import type { Database } from '../../database/connection.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { AccountContext } from '../account-context.ts';
import { mustHaveSecondFactor } from '../member-requirements.ts';
import { type User, updateUser } from '../users.table.ts';
import { findApp } from './authenticator-apps.table.ts';
import { distrustBrowsersOf } from './known-browsers.table.ts';
import { countPasskeys } from './passkeys.table.ts';
import { countUnusedCodes, deleteCodes } from './recovery-codes.table.ts';
import { FEW_CODES, makeRecoveryCodes } from './recovery-codes.ts';

/**
 * Two-factor is on while somebody has an authenticator app or a passkey, from the first to the last of them, and
 * recovery codes exist as long. Whoever adds or removes one does it in a transaction with the person's row locked
 * (`lockUser`), and tells these functions.
 */

export interface SecondFactorStatus {
  app: boolean;
  passkeys: number;
  recoveryCodesLeft: number;
  /** Whether it is time for new recovery codes. */
  fewRecoveryCodes: boolean;
  /** Since when two-factor is on, in UTC milliseconds; null while it is off. */
  since: number | null;
}

export async function secondFactorStatus(
  { db }: Pick<AccountContext, 'db'>,
  user: Pick<User, 'id' | 'twoFactorSince'>,
): Promise<SecondFactorStatus> {
  const recoveryCodesLeft = await countUnusedCodes(db, user.id);
  return {
    app: (await findApp(db, user.id)) !== undefined,
    passkeys: await countPasskeys(db, user.id),
    recoveryCodesLeft,
    fewRecoveryCodes: user.twoFactorSince !== null && recoveryCodesLeft <= FEW_CODES,
    since: user.twoFactorSince,
  };
}

/**
 * To be called after a second factor was added: turns two-factor on with the first.
 *
 * @param user as locked in this transaction
 * @returns the recovery codes that came with it, to be shown once; undefined when two-factor was on already
 */
export async function turnOn(
  trx: Transaction,
  { clock }: Pick<AccountContext, 'clock'>,
  user: Pick<User, 'id' | 'twoFactorSince'>,
): Promise<string[] | undefined> {
  if (user.twoFactorSince !== null) return undefined;
  await updateUser(trx, user.id, { twoFactorSince: clock() });
  return makeRecoveryCodes(trx, user.id, clock());
}

/**
 * To be called after a second factor was removed: turns two-factor off with the last, and with it the recovery codes
 * and the trust in browsers.
 *
 * @param user as locked in this transaction
 * @returns whether it is off now
 */
export async function turnOffIfLast(trx: Transaction, user: Pick<User, 'id'>): Promise<boolean> {
  if ((await countFactors(trx, user.id)) > 0) return false;
  await updateUser(trx, user.id, { twoFactorSince: null });
  await deleteCodes(trx, user.id);
  await distrustBrowsersOf(trx, user.id);
  return true;
}

/** Whether somebody can do without one of their second factors: not without the last, if REQUIRE_2FA obliges them. */
export async function canLoseFactor(
  db: Database,
  { settings }: Pick<AccountContext, 'settings'>,
  user: Pick<User, 'id' | 'role'>,
): Promise<boolean> {
  return !mustHaveSecondFactor(user, settings.require2fa) || (await countFactors(db, user.id)) > 1;
}

/** Recovery codes do not count: they stand in for one of these. */
async function countFactors(db: Database, userId: number): Promise<number> {
  return ((await findApp(db, userId)) ? 1 : 0) + (await countPasskeys(db, userId));
}
