import { inTransaction } from '../../database/transaction.ts';
import { HOUR } from '../../shared/clock.ts';
import { checkInput, type FieldErrors } from '../../shared/validation.ts';
import { encryptShown, type SubmittedForm, submitOnce } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { findApp, saveApp } from '../credentials/authenticator-apps.table.ts';
import { decryptKey, encryptKey } from '../credentials/authenticator-keys.ts';
import { codeForm } from '../credentials/code-field.ts';
import { lockForChange, revokeOtherAccess } from '../credentials/other-access.ts';
import { turnOn } from '../credentials/second-factors.ts';
import { keyUri, makeKey, stepOf } from '../credentials/totp.ts';
import { recordAccountEvent } from '../events/account-events.ts';
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

export type Confirming =
  /** @property hasCodes whether two-factor was turned on with this: recovery codes wait in `encrypted` for `takeShown` */
  | { ok: true; replaced: boolean; hasCodes: boolean; encrypted?: string | undefined }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  /** It was set up from another window, or its session was ended a moment ago. */
  | { ok: false; problem: 'confirmed' };

/**
 * Makes an app count, in the place of an earlier one, once a code shows that it has the key. That code counts as
 * used. The member's other sessions end (OWASP ASVS 5.0, 7.4.3).
 *
 * @param input holds the code in the field `code`
 */
export async function confirmApp(
  context: AccountContext,
  userId: number,
  { setup, form, input, client, keepIdHash }: Change & { setup: AppSetup; form: SubmittedForm },
): Promise<Confirming> {
  const read = checkInput(codeForm, input);
  if (!read.ok) return { ok: false, problem: 'invalid', errors: read.errors };
  const now = context.clock();
  const { encryptedKey, madeAt } = setup;
  const step = stepOf(decryptKey(context.encryptor, { userId, encryptedKey }), read.values.code, now);
  if (step === undefined) return { ok: false, problem: 'invalid', errors: { code: TEXTS.wrong } };

  return inTransaction(context.db, async (trx) => {
    const user = await lockForChange(trx, userId, keepIdHash);
    if (!user) return { ok: false, problem: 'confirmed' };
    return submitOnce(trx, now, form, async (): Promise<Confirming> => {
      const before = await findApp(trx, userId);
      if (before?.encryptedKey === encryptedKey) return { ok: false, problem: 'confirmed' };
      await saveApp(trx, { userId, encryptedKey, createdAt: madeAt, confirmedAt: now, lastStep: step });
      const codes = await turnOn(trx, context, user);
      await revokeOtherAccess(trx, userId, keepIdHash);
      const action = before ? 'two-factor.app-replaced' : 'two-factor.app-added';
      await recordAccountEvent(trx, context, { action, user, client, undo: { app: true } });
      const encrypted = codes && encryptShown(context.encryptor, form, codes);
      return { ok: true, replaced: before !== undefined, hasCodes: codes !== undefined, encrypted };
    });
  });
}

/** What a form that changes somebody's factors comes with. */
export interface Change {
  input: unknown;
  client: ClientInfo;
  /** The hash of the session's id that makes the change: it goes on. */
  keepIdHash: string;
}
