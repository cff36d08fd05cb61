import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import { foldCase } from '../database/fold-case.ts';
import { inTransaction } from '../database/transaction.ts';
import { checkInput, type FieldErrors } from '../input.ts';
import type { AccountContext, AskingClient } from './account-context.ts';
import { recordAccountEvent } from './account-events.ts';
import { emailField } from './emails.ts';
import { emailIsHeld } from './held-emails.table.ts';
import { logIn } from './login.ts';
import { checkNewPassword } from './new-password.ts';
import { usernameField } from './usernames.ts';
import { emailIsTaken, insertUser, usernameIsTaken } from './users.table.ts';
import { queueVerification } from './verification.ts';

const TEXTS = {
  usernameTaken: 'This username is already taken.',
  emailTaken: 'An account with this e-mail address already exists.',
};

/** The fields of a new account, each with its own rules; those of the password stand apart, they look at the others. */
const accountForm = z.object({ username: usernameField, email: emailField });

export type NewAccount = z.output<typeof accountForm> & { password: string };

/** What no two accounts have in common. */
export type UniqueName = 'username' | 'email';

/** What is wrong with a form. */
export interface NameErrors {
  errors: FieldErrors;
  /** Which names another account has; each has its error as well. */
  taken: readonly UniqueName[];
}

export type Registration =
  | { ok: true; userId: number }
  | ({ ok: false; problem: 'invalid' } & NameErrors)
  /** @property retryAfter in milliseconds */
  | { ok: false; problem: 'throttled'; retryAfter: number };

/**
 * Registers a member.
 *
 * @param input the form: username, email, password, password_confirmation
 * @param sentAgain whether a form that made an account a moment ago succeeds once more, for who pressed the button twice
 * @returns the new user's id; or every error of the form; or how long to wait when the address has made 20
 *   accounts within the hour
 */
export async function register(
  context: AccountContext,
  input: unknown,
  client: AskingClient,
  { sentAgain = true }: { sentAgain?: boolean } = {},
): Promise<Registration> {
  const form = await checkNewAccount(context, input);
  if (!form.ok) return refuse(form);

  const { throttles, hasher, clock, settings } = context;
  const retryAfter = await throttles.registration.take(client.network);
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  const { username, email, password } = form.values;
  try {
    const passwordHash = await hasher.hash(password);
    const userId = await inTransaction(context.db, async (trx) => {
      const approvedAt = settings.membership === 'approval' ? null : clock();
      const member = { username, email, passwordHash, role: 'user' as const, createdAt: clock(), approvedAt };
      const id = await insertUser(trx, member);
      if (id === undefined) return undefined;
      const user = { id, username, email };
      await queueVerification(trx, context, user);
      await recordAccountEvent(trx, context, { action: 'account.registered', user, client });
      return id;
    });
    if (userId !== undefined) return { ok: true, userId };
  } catch (error) {
    await throttles.registration.giveBack(client.network);
    throw error;
  }
  await throttles.registration.giveBack(client.network);
  const errors = await takenErrors(context.db, form.values);
  return refuse({ errors, taken: namesIn(errors) });

  /** Refuses a form, unless it is one that succeeded a moment ago. */
  async function refuse({ errors, taken }: NameErrors): Promise<Registration> {
    const onlyTaken = taken.length === 2 && Object.keys(errors).length === 2;
    const id = sentAgain && onlyTaken ? await findSentBefore(context, input, client) : undefined;
    return id === undefined ? { ok: false, problem: 'invalid', errors, taken } : { ok: true, userId: id };
  }
}

/**
 * Whether this form made an account a moment ago and was sent again before the answer came: name, e-mail and
 * password are all those of one account. Asked as a login, so that nobody tries passwords here unthrottled.
 *
 * @returns that account's id
 */
async function findSentBefore(
  context: AccountContext,
  input: unknown,
  client: AskingClient,
): Promise<number | undefined> {
  const typed = textsOf(input);
  const login = await logIn(context, typed, client);
  return login.ok && foldCase(login.user.email) === foldCase(typed.email) ? login.user.id : undefined;
}

/**
 * Checks the form of a new account, a member's or the first admin's.
 *
 * @returns its values, or all errors at once, also of names that are taken, and which names those are
 */
export async function checkNewAccount(
  context: { db: Database; settings: { storeName: string } },
  input: unknown,
): Promise<{ ok: true; values: NewAccount } | ({ ok: false } & NameErrors)> {
  const form = checkInput(accountForm, input);
  const { username, email } = textsOf(input);
  const secret = checkNewPassword(input, { username, email, storeName: context.settings.storeName });
  const errors = { ...(form.ok ? {} : form.errors), ...(secret.ok ? {} : secret.errors) };
  // A name that is wrong in itself is not looked up; its own error already stands there.
  const taken = await takenErrors(context.db, {
    username: errors.username ? '' : username,
    email: errors.email ? '' : email,
  });
  if (!form.ok || !secret.ok || Object.keys(taken).length > 0) {
    return { ok: false, errors: { ...errors, ...taken }, taken: namesIn(taken) };
  }
  return { ok: true, values: { ...form.values, password: secret.password } };
}

/** What was typed, as far as it is text: the password's rules look at it even where another field is wrong. */
function textsOf(input: unknown): NewAccount {
  const text = z.string().trim().catch('');
  const texts = z.object({ username: text, email: text, password: z.string().catch('') });
  return texts.catch({ username: '', email: '', password: '' }).parse(input);
}

/**
 * @param exceptFor the account that asks for these names; a new one has no id yet
 * @returns an error for each of the two that another account has already
 */
export async function takenErrors(
  db: Database,
  names: Pick<NewAccount, 'username' | 'email'>,
  exceptFor?: number,
): Promise<Partial<Record<UniqueName, string>>> {
  const username = await usernameIsTaken(db, names.username, exceptFor);
  // In this order: an address moves from its account to those that are held, never back unseen.
  const email =
    (await emailIsTaken(db, names.email, exceptFor)) || (await emailIsHeld(db, names.email, exceptFor));
  return {
    ...(username ? { username: TEXTS.usernameTaken } : {}),
    ...(email ? { email: TEXTS.emailTaken } : {}),
  };
}

/** Which names there are errors for. */
export function namesIn(errors: Partial<Record<UniqueName, string>>): UniqueName[] {
  return Object.keys(errors) as UniqueName[];
}
