import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import { checkInput, type FieldErrors } from '../shared/validation.ts';
import { emailField } from './emails.ts';
import { checkNewPassword } from './new-password.ts';
import { nameIsReserved } from './reserved-names.table.ts';
import { usernameField } from './usernames.ts';
import { emailIsTaken, usernameIsTaken } from './users.table.ts';

export const TEXTS = {
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

/**
 * Checks the form of a new account, a member's or the first admin's.
 *
 * @param tellsEmail whether it may be said that an address has an account
 * @returns its values, or all errors at once, also of names that are taken, and which names those are
 */
export async function checkNewAccount(
  context: { db: Database; settings: { storeName: string } },
  input: unknown,
  { tellsEmail = true } = {},
): Promise<{ ok: true; values: NewAccount } | ({ ok: false } & NameErrors)> {
  const form = checkInput(accountForm, input);
  const { username, email } = textsOf(input);
  const secret = checkNewPassword(input, { username, email, storeName: context.settings.storeName });
  const errors = { ...(form.ok ? {} : form.errors), ...(secret.ok ? {} : secret.errors) };
  // A name that is wrong in itself is not looked up; its own error already stands there.
  const taken = await takenErrors(context.db, {
    username: errors.username ? '' : username,
    email: errors.email || !tellsEmail ? '' : email,
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
  // In this order: a name moves from its account to those that are kept for it, never back unseen.
  const username =
    (await usernameIsTaken(db, names.username, exceptFor)) ||
    (await nameIsReserved(db, names.username, exceptFor));
  const email =
    (await emailIsTaken(db, names.email, exceptFor)) || (await nameIsReserved(db, names.email, exceptFor));
  return {
    ...(username ? { username: TEXTS.usernameTaken } : {}),
    ...(email ? { email: TEXTS.emailTaken } : {}),
  };
}

/** Which names there are errors for. */
export function namesIn(errors: Partial<Record<UniqueName, string>>): UniqueName[] {
  return Object.keys(errors) as UniqueName[];
}
