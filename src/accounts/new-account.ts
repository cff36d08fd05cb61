import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';
import { type Throttled, withinThrottle } from '../rate-limits/throttle.ts';
import { checkInput, type FieldErrors } from '../shared/validation.ts';
import type { AccountContext, ClientInfo } from './account-context.ts';
import { emailField } from './emails.ts';
import { checkNewPassword } from './passwords.ts';
import { nameIsReserved } from './reserved-names.table.ts';
import { usernameField } from './usernames.ts';
import { emailIsTaken, insertUser, type NewUser, usernameIsTaken } from './users.table.ts';

export const TEXTS = {
  usernameTaken: 'This username is already taken.',
  emailTaken: 'An account with this e-mail address already exists.',
};

/** The fields of a new account, each with its own rules; those of the password stand apart, they look at the others. */
const accountForm = z.object({ username: usernameField, email: emailField });

/** What no two accounts have in common. */
type UniqueName = 'username' | 'email';

export interface NameErrors {
  errors: FieldErrors;
  /** Which names another account has; each has its error as well. */
  taken: readonly UniqueName[];
}

export type InvalidNames = { ok: false; problem: 'invalid' } & NameErrors;

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
): Promise<{ ok: true; values: Names & { password: string } } | InvalidNames> {
  const form = checkInput(accountForm, input);
  const { username, email } = typedNames(input);
  const secret = checkNewPassword(input, { username, email, storeName: context.settings.storeName });
  const errors = { ...(form.ok ? {} : form.errors), ...(secret.ok ? {} : secret.errors) };
  // A name that is wrong in itself is not looked up; its own error already stands there.
  const found = await findTakenNames(context.db, {
    username: errors.username ? '' : username,
    email: errors.email || !tellsEmail ? '' : email,
  });
  if (!form.ok || !secret.ok || found.taken.length > 0) {
    return { ok: false, problem: 'invalid', errors: { ...errors, ...found.errors }, taken: found.taken };
  }
  return { ok: true, values: { ...form.values, password: secret.password } };
}

/** @property exceptFor the account that asks for these names; a new one has no id yet */
type Names = Record<UniqueName, string> & { exceptFor?: number };

const text = z.string().trim().catch('');
const namesTyped = z.object({ username: text, email: text }).catch({ username: '', email: '' });

/** The names in a form as far as they are text: they are looked up even where something else is wrong. */
export function typedNames(input: unknown): Names {
  return namesTyped.parse(input);
}

/** Finds which of the two another account has already. */
export async function findTakenNames(
  db: Database,
  { username, email, exceptFor }: Names,
): Promise<NameErrors> {
  // In this order: a name moves from its account to those that are reserved for it, never back unseen.
  const usernameTaken =
    (await usernameIsTaken(db, username, exceptFor)) || (await nameIsReserved(db, username, exceptFor));
  const emailTaken =
    (await emailIsTaken(db, email, exceptFor)) || (await nameIsReserved(db, email, exceptFor));
  const errors = {
    ...(usernameTaken ? { username: TEXTS.usernameTaken } : {}),
    ...(emailTaken ? { email: TEXTS.emailTaken } : {}),
  };
  return { errors, taken: Object.keys(errors) as UniqueName[] };
}

/** Thrown in the transaction that gives an account names, to undo it: another account has got one meanwhile. */
export class NameTaken extends Error {}

/** Adds an account whose address is not proven yet. @throws NameTaken */
export async function addAccount(trx: Transaction, account: NewUser) {
  const id = await insertUser(trx, account);
  if (id === undefined) throw new NameTaken();
  return { id, username: account.username, email: account.email, emailVerifiedAt: null };
}

/**
 * Gives an account names that were free a moment ago.
 *
 * @param work the transaction, which throws `NameTaken` where one is taken by now
 * @returns what it came to, or which names are taken
 */
export async function withUniqueNames<Outcome>(
  db: Database,
  names: Names,
  work: () => Promise<Outcome>,
): Promise<Outcome | InvalidNames> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error;
    return { ok: false, problem: 'invalid', ...(await findTakenNames(db, names)) };
  }
}

/** Whether an outcome is, or has in it, the answer that a name is taken. */
export function saysTaken(outcome: object): boolean {
  return 'taken' in outcome && Array.isArray(outcome.taken) && outcome.taken.length > 0;
}

/**
 * Looks names up for somebody who could try one after another to learn who has an account (OWASP ASVS 5.0, 6.3.8). A
 * network has 20 new accounts or answers "taken" an hour, over all ways in.
 *
 * @param counts whether an outcome is one that counts; by default the answer that a name is taken
 */
export function withinNameBudget<Outcome extends object>(
  { throttles }: Pick<AccountContext, 'throttles'>,
  { network }: Pick<ClientInfo, 'network'>,
  look: () => Promise<Outcome>,
  counts: (outcome: Outcome) => boolean = saysTaken,
): Promise<Outcome | Throttled> {
  return withinThrottle(throttles.registration, network, look, counts);
}
