import { randomInt } from 'node:crypto';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { encryptShown, type SubmittedForm } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { User } from '../users.table.ts';
import { type CredentialChange, changeCredentials } from './credential-change.ts';
import { codesMadeAt, countUnusedCodes, replaceCodes, useCode } from './recovery-codes.table.ts';

/** From this many on, their member is warned. */
export const FEW_CODES = 3;

const HOW_MANY = 10;
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** Crockford's Base32, made to be read and typed by people: no i, l, o and u. 16 of these are 80 bits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** What people type for the characters that the alphabet leaves out because they look like others. */
const LOOK_ALIKES: Record<string, string> = { i: '1', l: '1', o: '0' };

/**
 * Makes ten recovery codes for somebody (OWASP ASVS 5.0, 6.5.2 and 6.5.4); the ones before no longer work.
 *
 * @returns the codes as they are to be shown, once: the database keeps their hashes
 */
export async function makeRecoveryCodes(trx: Transaction, userId: number, now: number): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, makeCode);
  const hashes = codes.map((code) => hashOf(userId, code));
  await replaceCodes(trx, userId, hashes, now);
  return codes;
}

function makeCode(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** What counts of a code is its letters and digits, however they are written; look-alikes are what they look like. */
function hashOf(userId: number, code: string): string {
  const characters = code.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return hashToken(`${userId}:${characters.replaceAll(/[ilo]/g, (letter) => LOOK_ALIKES[letter] as string)}`);
}

/**
 * Uses a recovery code up, and tells its member.
 *
 * @returns how many are left; undefined when the code is wrong or was used. Of two who use it at the same instant
 *   one gets it
 */
export async function useRecoveryCode(
  context: AccountContext,
  user: Pick<User, 'id' | 'username' | 'email' | 'emailVerifiedAt'>,
  code: string,
  client: ClientInfo,
): Promise<number | undefined> {
  return inTransaction(context.db, async (trx) => {
    if (!(await useCode(trx, user.id, hashOf(user.id, code), context.clock()))) return undefined;
    const left = await countUnusedCodes(trx, user.id);
    await recordAccountEvent(trx, context, { action: 'recovery-code.used', user, client, details: { left } });
    return left;
  });
}

type Renewal =
  /** @property encrypted the codes, for `takeShown` */
  | { ok: true; encrypted?: string }
  /** Two-factor is off; or others were made since the form was shown, in another window. */
  | { ok: false; problem: 'off' | 'stale' };

/**
 * Makes new recovery codes for somebody who has two-factor on.
 *
 * @param seen the codes that the form was shown for, by the time they were made, as it came with the form
 */
export function renewRecoveryCodes(
  context: AccountContext,
  by: CredentialChange & { form: SubmittedForm },
  seen: unknown,
): Promise<Renewal> {
  const off: Renewal = { ok: false, problem: 'off' };
  return changeCredentials(context, by, off, async (trx, { id }, revokeAndRecord) => {
    const madeAt = await codesMadeAt(trx, id);
    if (madeAt === undefined) return off;
    if (String(madeAt) !== seen) return { ok: false, problem: 'stale' };
    const codes = await makeRecoveryCodes(trx, id, context.clock());
    await revokeAndRecord({ action: 'recovery-codes.made' });
    return { ok: true, encrypted: encryptShown(context.encryptor, by.form, codes) };
  });
}
