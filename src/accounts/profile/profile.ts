import { z } from 'zod';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { type Throttled, withinThrottle } from '../../rate-limits/throttle.ts';
import { checkInput } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { findPendingEmail, queueNewEmailLink } from '../email-change/new-email.ts';
import { emailField } from '../emails.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import {
  findTakenNames,
  type InvalidNames,
  NameTaken,
  withinNameBudget,
  withUniqueNames,
} from '../new-account.ts';
import { rename } from '../rename.ts';
import { countReservedUsernames } from '../reserved-names.table.ts';
import { usernameField } from '../usernames.ts';
import { isActive, lockUser, type User } from '../users.table.ts';

/** How many old usernames a member can keep from others, so that nobody hoards names. */
const MOST_RESERVED = 5;

const TEXTS = {
  tooMany:
    'You have changed your username several times within 90 days. Please wait before you change it again.',
};

const profileForm = z.object({ username: usernameField, email: emailField }).partial();

type Changes = z.output<typeof profileForm>;

/** Looks at an account once nobody else can change it any more, and throws where nothing is to be done. */
export type Look = (user: User, trx: Transaction) => Promise<void>;

type ProfileChange =
  /** What was changed; the address waits for its proof. @property mailed the same wish sent twice is one mail */
  | { ok: true; changes: Changes; mailed?: boolean }
  | InvalidNames
  /** Too many mails were asked for, or too many names that are taken. */
  | Throttled;

/**
 * Changes somebody's username at once, and asks for another e-mail address: a link goes to it, and it applies when
 * that is confirmed (`newEmailLink`). Every such mail counts as one sent again.
 *
 * @param input the form: username, email; what is missing stays as it is, and everything else is ignored
 */
export async function changeProfile(
  context: AccountContext,
  user: User,
  input: unknown,
  client: ClientInfo,
  look?: Look,
): Promise<ProfileChange> {
  const form = checkInput(profileForm, changedFields(input, user));
  if (!form.ok) return { ok: false, problem: 'invalid', errors: form.errors, taken: [] };
  const changes = form.values;
  const carryOut = () => change(context, user, changes, client, look);
  if (Object.keys(changes).length === 0) return carryOut();
  return withinNameBudget(context, client, carryOut);
}

async function change(
  context: AccountContext,
  user: User,
  changes: Changes,
  client: ClientInfo,
  look?: Look,
): Promise<ProfileChange> {
  const { db, settings, throttles } = context;
  const { username = '', email = '' } = changes;
  // As far as it may be said that somebody else has them.
  const names = { username, email: settings.membership === 'verified' ? '' : email, exceptFor: user.id };
  const before = await findTakenNames(db, names);
  if (before.taken.length > 0) return { ok: false, problem: 'invalid', ...before };
  if (username && (await countReservedUsernames(db, user.id)) >= MOST_RESERVED)
    return { ok: false, problem: 'invalid', errors: { username: TEXTS.tooMany }, taken: [] };

  const carryOut = () =>
    withUniqueNames(db, names, () =>
      inTransaction(db, (trx) => apply(trx, context, user.id, changes, client, look)),
    );
  if (changes.email === undefined) return carryOut();
  const hasMailed = (outcome: ProfileChange) => outcome.ok && outcome.mailed === true;
  return withinThrottle(throttles.verificationMails, String(user.id), carryOut, hasMailed);
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

async function apply(
  trx: Transaction,
  context: AccountContext,
  userId: number,
  changes: Changes,
  client: ClientInfo,
  look?: Look,
): Promise<ProfileChange> {
  const { username, email } = changes;
  const user = await lockUser(trx, userId);
  // "This wasn't me" came between: an account that is locked is not changed.
  if (!user || !isActive(user)) return { ok: true, changes: {} };
  await look?.(user, trx);
  const now = context.clock();
  const asks = email !== undefined && (await findPendingEmail(trx, userId, now))?.email !== email;
  const renamed = username !== undefined && username !== user.username;
  const named = { ...user, username: username ?? user.username };
  const retryAfter = asks ? await queueNewEmailLink(trx, context, named, email) : 0;
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  if (username !== undefined && !(await rename(trx, user, username, now))) throw new NameTaken();
  if (renamed) {
    const details = { from: user.username, to: username };
    await recordAccountEvent(trx, context, { action: 'username.changed', user: named, client, details });
  }
  if (asks) {
    const details = { to: email };
    const action = 'email.change-requested';
    await recordAccountEvent(trx, context, { action, user: named, client, details });
  }
  return { ok: true, changes, mailed: asks };
}
