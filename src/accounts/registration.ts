import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import { foldCase } from '../database/fold-case.ts';
import { inTransaction } from '../database/transaction.ts';
import { checkInput, type FieldErrors } from '../input.ts';
import { outcomeBefore, type SubmittedForm, submitOnce } from '../web/submit-once.ts';
import type { AccountContext, AskingClient } from './account-context.ts';
import { recordAccountEvent } from './account-events.ts';
import { emailField } from './emails.ts';
import { emailIsHeld } from './held-emails.table.ts';
import { tellOfKnownAddress } from './known-address.ts';
import { type Throttled, withinNameBudget } from './name-budget.ts';
import { checkNewPassword } from './new-password.ts';
import { usernameIsReserved } from './reserved-usernames.table.ts';
import { usernameField } from './usernames.ts';
import { emailIsTaken, insertUser, type NewUser, usernameIsTaken } from './users.table.ts';
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
  /** @property userId undefined where nobody may know from the answer whether the address had an account before */
  { ok: true; userId: number | undefined } | ({ ok: false; problem: 'invalid' } & NameErrors) | Throttled;

/** What came of a form, and whether it counts against the network. */
interface Outcome {
  registration: Exclude<Registration, Throttled>;
  counts: boolean;
}

/** What is kept of a form that was carried out. */
type Made = { ok: true; userId: number | undefined };

/**
 * Registers a member. A form that is sent twice, also at the same instant, makes one account and succeeds twice. With
 * MEMBERSHIP=verified, where a mail is the proof anyway, an address that has an account is answered as a new one is, and
 * told so by mail (OWASP ASVS 5.0, 6.3.8).
 *
 * @param input the form: username, email, password, password_confirmation
 * @param sent what the form is known by when it comes again
 * @returns the new user's id; or every error of the form; or how long to wait when the network has made 20 accounts
 *   or heard of 20 names that they are taken within the hour
 */
export async function register(
  context: AccountContext,
  input: unknown,
  client: AskingClient,
  sent?: SubmittedForm,
): Promise<Registration> {
  // First of all: what a form costs when it comes again must not tell what became of it.
  const before = await outcomeBefore<Made>(context.db, sent);
  if (before) return before;
  const look = () => registerOnce(context, input, client, sent);
  const outcome = await withinNameBudget(context, client, look, ({ counts }) => counts);
  return 'registration' in outcome ? outcome.registration : outcome;
}

async function registerOnce(
  context: AccountContext,
  input: unknown,
  client: AskingClient,
  sent?: SubmittedForm,
): Promise<Outcome> {
  const tellsEmail = context.settings.membership !== 'verified';
  const form = await checkNewAccount(context, input, { tellsEmail });
  if (!form.ok) return refuse(form);

  const { username, email, password } = form.values;
  const isKnown = !tellsEmail && (await takenErrors(context.db, { username: '', email })).email !== undefined;
  const requester = { network: client.network, account: foldCase(username), known: false };
  const passwordHash = await context.hasher.hash(password, requester);
  if (!isKnown) {
    const made = await insertMember(context, { username, email, passwordHash }, client, sent);
    if (made.ok) return { registration: made, counts: true };
  }

  const errors = await takenErrors(context.db, { username, email: tellsEmail ? email : '' });
  if (namesIn(errors).length > 0) return refuse({ errors, taken: namesIn(errors) });
  await tellOfKnownAddress(context, email, client, sent);
  return { registration: { ok: true, userId: undefined }, counts: true };

  /** Refuses a form, unless its names are taken by the account that it has made itself. */
  async function refuse({ errors, taken }: NameErrors): Promise<Outcome> {
    const before = taken.length > 0 ? await outcomeBefore<Made>(context.db, sent) : undefined;
    if (before) return { registration: before, counts: false };
    return { registration: { ok: false, problem: 'invalid', errors, taken }, counts: taken.length > 0 };
  }
}

async function insertMember(
  context: AccountContext,
  names: Pick<NewUser, 'username' | 'email' | 'passwordHash'>,
  client: AskingClient,
  sent?: SubmittedForm,
): Promise<Made | { ok: false; problem: 'taken' }> {
  const { clock, settings } = context;
  const { username, email } = names;
  return inTransaction(context.db, (trx) =>
    submitOnce<Made | { ok: false; problem: 'taken' }>(trx, clock(), sent, async () => {
      const approvedAt = settings.membership === 'approval' ? null : clock();
      const id = await insertUser(trx, { ...names, role: 'user', createdAt: clock(), approvedAt });
      if (id === undefined) return { ok: false, problem: 'taken' };
      const user = { id, username, email, emailVerifiedAt: null };
      await queueVerification(trx, context, user);
      await recordAccountEvent(trx, context, { action: 'account.registered', user, client });
      return { ok: true, userId: settings.membership === 'verified' ? undefined : id };
    }),
  );
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
    (await usernameIsReserved(db, names.username, exceptFor));
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
