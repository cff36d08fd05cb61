import { z } from 'zod';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { checkInput } from '../../input.ts';
import type { AccountContext, AskingClient } from '../account-context.ts';
import { recordAccountEvent } from '../account-events.ts';
import { emailField } from '../emails.ts';
import { type NameErrors, namesIn, takenErrors } from '../registration.ts';
import { usernameField } from '../usernames.ts';
import { isActive, lockUser, renameUser, type User } from '../users.table.ts';
import { findPendingEmail, queueNewEmailLink } from './new-email.ts';

const profileForm = z.object({ username: usernameField, email: emailField }).partial();

/** What somebody wants to have changed. */
type Changes = z.output<typeof profileForm>;

type Look = (user: User, trx: Transaction) => Promise<void>;

export type ProfileChange =
  /** What was changed; the address waits for its proof. */
  | { ok: true; changes: Changes }
  | ({ ok: false; problem: 'invalid' } & NameErrors)
  /** @property retryAfter in milliseconds */
  | { ok: false; problem: 'throttled'; retryAfter: number };

/**
 * Changes somebody's username at once, and asks for another e-mail address: a link goes to it, and it applies when
 * that is confirmed (`confirmNewEmail`). Every such mail counts as one sent again.
 *
 * @param input the form: username, email; what is missing stays as it is, and everything else is ignored
 * @param look looks at the account once nobody else can change it any more, and throws where nothing is to be done
 */
export async function changeProfile(
  context: AccountContext,
  user: User,
  input: unknown,
  client: AskingClient,
  look?: Look,
): Promise<ProfileChange> {
  const form = checkInput(profileForm, changedFields(input, user));
  if (!form.ok) return { ok: false, problem: 'invalid', errors: form.errors, taken: [] };
  const changes = form.values;
  const before = await takenBy(context, user, changes);
  if (before.taken.length > 0) return { ok: false, problem: 'invalid', ...before };

  const { verificationMails } = context.throttles;
  const asksForMail = changes.email !== undefined;
  const retryAfter = asksForMail ? await verificationMails.take(String(user.id)) : 0;
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };

  let mailed = false;
  try {
    const applied = await inTransaction(context.db, (trx) => {
      return apply(trx, context, user.id, changes, client, look);
    });
    mailed = applied === 'mailed';
    if (applied === 'refused') return { ok: true, changes: {} };
    if (applied !== 'taken') return { ok: true, changes };
    return { ok: false, problem: 'invalid', ...(await takenBy(context, user, changes)) };
  } finally {
    if (asksForMail && !mailed) await verificationMails.giveBack(String(user.id));
  }
}

/** Leaves out what is as it was: an old name may break a rule that came after it. */
export function changedFields(
  input: unknown,
  user: Pick<User, 'username' | 'email'>,
): Record<string, unknown> {
  const { username, email } = (input ?? {}) as Record<string, unknown>;
  const isNew = ([name, value]: [string, unknown]) =>
    value !== undefined &&
    !(typeof value === 'string' && value.trim() === user[name as 'username' | 'email']);
  return Object.fromEntries(Object.entries({ username, email }).filter(isNew));
}

/** The names that somebody else has, with an error for each. */
async function takenBy(
  { db }: AccountContext,
  user: User,
  { username, email }: Changes,
): Promise<NameErrors> {
  const errors = await takenErrors(db, { username: username ?? '', email: email ?? '' }, user.id);
  return { errors, taken: namesIn(errors) };
}

async function apply(
  trx: Transaction,
  context: AccountContext,
  userId: number,
  { username, email }: Changes,
  client: AskingClient,
  look?: Look,
): Promise<'done' | 'mailed' | 'taken' | 'refused'> {
  const user = await lockUser(trx, userId);
  // "This wasn't me" came between: an account that is locked is not changed.
  if (!user || !isActive(user)) return 'refused';
  await look?.(user, trx);
  if (username !== undefined && !(await renameUser(trx, userId, username))) return 'taken';

  // The same wish sent twice is one mail.
  const asks = email !== undefined && (await findPendingEmail(context, userId, trx))?.email !== email;
  const renamed = username !== undefined && username !== user.username;
  const named = { ...user, username: username ?? user.username };
  if (asks) await queueNewEmailLink(trx, context, named, email);
  if (renamed) {
    const details = { from: user.username, to: username };
    await recordAccountEvent(trx, context, { action: 'username.changed', user: named, client, details });
  }
  if (asks) {
    const details = { to: email };
    await recordAccountEvent(trx, context, {
      action: 'email.change-requested',
      user: named,
      client,
      details,
    });
  }
  return asks ? 'mailed' : 'done';
}
