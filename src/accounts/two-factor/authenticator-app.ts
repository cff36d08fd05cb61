import type { Database } from '../../database/connection.ts';
import { HOUR } from '../../shared/clock.ts';
import { checkInput, type InvalidForm } from '../../shared/validation.ts';
import { encryptShown, type SubmittedForm } from '../../web/submit-once.ts';
import type { AccountContext } from '../account-context.ts';
import { deleteApp, findApp, saveApp } from '../credentials/authenticator-apps.table.ts';
import { codeForm } from '../credentials/code-field.ts';
import { type CredentialChange, changeCredentials } from '../credentials/credential-change.ts';
import { canLoseFactor, turnOffIfLast, turnOn } from '../credentials/second-factors.ts';
import { decryptKey, encryptKey, keyUri, makeKey, stepOf } from '../credentials/totp.ts';
import { proveSecondFactor, type SecondFactorProof } from '../login/second-factor.ts';
import type { User } from '../users.table.ts';

const TEXTS = {
  wrong: 'This code does not belong to this key. Enter the one that the app shows now.',
};

/** How long a key that no code has confirmed is shown again, in milliseconds. */
const SETUP_LIFETIME = 1 * HOUR;

/**
 * An app that is being set up. It is kept in the session that shows the key, not with the account: so nobody else who
 * is logged in to the account can have seen the key beforehand, and the app in use goes on until the new one works.
 */
export interface AppSetup {
  encryptedKey: string;
  /** In UTC milliseconds. */
  madeAt: number;
}

/** Goes on with the set-up that a session has, or begins one: in the beginning, and when the old one is an hour old. */
export function goOnWithSetup(
  { encryptor, clock }: Pick<AccountContext, 'encryptor' | 'clock'>,
  userId: number,
  present: AppSetup | undefined,
): AppSetup {
  if (present && clock() - present.madeAt < SETUP_LIFETIME) return present;
  return { encryptedKey: encryptKey(encryptor, userId, makeKey()), madeAt: clock() };
}

/** Gives what an authenticator app needs: the key to type, and the `otpauth:` address with it. */
export function setupDetails(
  { encryptor, settings }: Pick<AccountContext, 'encryptor' | 'settings'>,
  user: Pick<User, 'id' | 'username'>,
  { encryptedKey }: AppSetup,
): { key: string; uri: string } {
  const key = decryptKey(encryptor, { userId: user.id, encryptedKey });
  return { key, uri: keyUri(key, { store: settings.storeName, username: user.username }) };
}

/** @property hasCodes whether two-factor was turned on with this: recovery codes wait in `encrypted` for `takeShown` */
export interface ConfirmedApp {
  ok: true;
  replaced: boolean;
  hasCodes: boolean;
  encrypted?: string | undefined;
}

type Confirmation =
  | ConfirmedApp
  | InvalidForm
  /** It was set up from another window, or its session was ended a moment ago. */
  | { ok: false; problem: 'confirmed' };

/**
 * Makes an app count, in the place of an earlier one, once a code shows that it has the key. That code counts as used.
 *
 * @param input holds the code in the field `code`
 */
export async function confirmApp(
  context: AccountContext,
  by: CredentialChange & { form: SubmittedForm },
  { encryptedKey, madeAt }: AppSetup,
  input: unknown,
): Promise<Confirmation> {
  const userId = by.user.id;
  const read = checkInput(codeForm, input);
  if (!read.ok) return { ok: false, problem: 'invalid', errors: read.errors };
  const now = context.clock();
  const step = stepOf(decryptKey(context.encryptor, { userId, encryptedKey }), read.values.code, now);
  if (step === undefined) return { ok: false, problem: 'invalid', errors: { code: TEXTS.wrong } };

  const confirmed: Confirmation = { ok: false, problem: 'confirmed' };
  return changeCredentials(context, by, confirmed, async (trx, user, revokeAndRecord) => {
    const before = await findApp(trx, userId);
    if (before?.encryptedKey === encryptedKey) return confirmed;
    await saveApp(trx, { userId, encryptedKey, createdAt: madeAt, confirmedAt: now, lastStep: step });
    const codes = await turnOn(trx, context, user);
    const action = before ? 'two-factor.app-replaced' : 'two-factor.app-added';
    await revokeAndRecord({ action, undo: { app: true } });
    const encrypted = codes && encryptShown(context.encryptor, by.form, codes);
    return { ok: true, replaced: before !== undefined, hasCodes: codes !== undefined, encrypted };
  });
}

/** There is none; or it is the last second factor of somebody whom REQUIRE_2FA obliges to have one. */
export type RemovalRefusal = 'none' | 'required';

type Removal =
  /** @property off whether two-factor is off with this */
  | { ok: true; off: boolean }
  | { ok: false; problem: 'none' }
  | { ok: false; problem: 'required' }
  | (SecondFactorProof & { ok: false });

/** Why somebody's app cannot be removed; undefined when it can. */
export async function removalRefusal(
  db: Database,
  context: Pick<AccountContext, 'settings'>,
  user: Pick<User, 'id' | 'role'>,
): Promise<RemovalRefusal | undefined> {
  if (!(await findApp(db, user.id))) return 'none';
  return (await canLoseFactor(db, context, user)) ? undefined : 'required';
}

/**
 * Removes somebody's app, for a code from it or a recovery code.
 *
 * @param input holds the code in the field `code`
 */
export async function removeApp(
  context: AccountContext,
  by: CredentialChange,
  input: unknown,
): Promise<Removal> {
  // Before the code, which is used up by looking at it.
  const refusal = await removalRefusal(context.db, context, by.user);
  if (refusal) return { ok: false, problem: refusal };
  const proof = await proveSecondFactor(context, by.user, input, by.client, { byMember: true });
  if (!proof.ok) return proof;

  const none: Removal = { ok: false, problem: 'none' };
  return changeCredentials<Removal>(context, by, none, async (trx, user, revokeAndRecord) => {
    const late = await removalRefusal(trx, context, user);
    if (late) return { ok: false, problem: late };
    await deleteApp(trx, user.id);
    const off = await turnOffIfLast(trx, user);
    await revokeAndRecord({ action: 'two-factor.app-removed' });
    return { ok: true, off };
  });
}
