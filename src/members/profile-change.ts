import { z } from 'zod';
import { awaitsFirstPassword } from '../accounts/credentials/login-methods.ts';
import { offerUndo } from '../accounts/email-change/old-email.ts';
import { emailField } from '../accounts/emails.ts';
import type { AccountEvent } from '../accounts/events/account-events.ts';
import { endLinksOf } from '../accounts/links.table.ts';
import { findTakenNames, NameTaken, typedNames, withUniqueNames } from '../accounts/new-account.ts';
import { queueResetLink } from '../accounts/password-reset/reset-links.ts';
import { changedFields } from '../accounts/profile/profile.ts';
import { queueVerification } from '../accounts/registration/email-verification.ts';
import { moveEmail, rename } from '../accounts/rename.ts';
import { usernameField } from '../accounts/usernames.ts';
import { findUser } from '../accounts/users.table.ts';
import { isChangedSince } from '../shared/edit-conflict.ts';
import { checkInput } from '../shared/validation.ts';
import {
  type MemberAction,
  type MemberActionContext,
  type MemberActionResult,
  type MemberWork,
  performAction,
  reasonField,
} from './actions.ts';

const names = z.object({ username: usernameField, email: emailField }).partial();
const form = names.extend({ reason: reasonField });

/** The links that were meant for the address before. */
const LINKS = ['verify-email', 'reset-password', 'new-email'];

/**
 * Changes a member's username and e-mail address. A new address is not proven by this: it is mailed a link. The old
 * one is told, and if it was proven it can take the change back for seven days.
 *
 * @param input the form: username, email, shown_username, shown_email; what is missing stays as it is
 * @returns all errors of the form at once, also of names that are taken
 */
export async function changeMemberProfile(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
  input: Record<string, unknown>,
): Promise<MemberActionResult> {
  const before = await findUser(context.db, userId);
  if (!before) return { ok: false, problem: 'unknown' };
  const typed = changedFields(input, before);
  const read = checkInput(form, { ...typed, reason: action.reason });
  const wanted = { ...typedNames(typed), exceptFor: userId };
  const found = await findTakenNames(context.db, wanted);
  const errors = { ...found.errors, ...(read.ok ? {} : read.errors) };
  if (!read.ok || Object.keys(errors).length > 0) return { ok: false, problem: 'invalid', errors };

  const change = () =>
    performAction(context, action, userId, async (work) => {
      const { trx, member, now, reason, record } = work;
      if (member.closingAt !== null) return { ok: false, problem: 'inactive' };
      const saved = { username: member.username, email: member.email };
      if (isChangedSince(input, saved)) return { ok: false, problem: 'changed-meanwhile', saved };
      const { username = member.username, email = member.email } = read.values;
      const isRenamed = username !== member.username;
      const isMoved = email !== member.email;
      if (!isRenamed && !isMoved) return { ok: false, problem: 'unchanged' };

      if (isRenamed && !(await rename(trx, member, username, now))) throw new NameTaken();
      const moved = isMoved ? await changeEmail(work, { username, email, reason }) : {};
      // Written last, as every row of the audit log; told to the address before.
      const user = { ...member, username };
      if (isRenamed) {
        const details = { from: member.username, to: username };
        await record({ action: 'username.changed-by-store', user, details });
      }
      if (isMoved) await record({ action: 'email.changed-by-store', user, ...moved });
      return { ok: true, username };
    });
  return withUniqueNames(context.db, wanted, change);
}

/**
 * Gives a member another address, and mails a link there: to prove it, or to choose the first password, which proves
 * it as well.
 *
 * @returns what the audit row and the notice say of it. Only an address that was proven is told, and can take the
 *   change back: another may be a stranger's
 */
async function changeEmail(
  { context, trx, member, now }: MemberWork,
  { username, email, reason }: { username: string; email: string; reason: string },
): Promise<Partial<AccountEvent>> {
  if (!(await moveEmail(trx, member, email, null))) throw new NameTaken();
  await endLinksOf(trx, member.id, LINKS, now);
  const user = { id: member.id, username, email };
  if (await awaitsFirstPassword(trx, member))
    await queueResetLink(trx, context, user, { kind: 'created', reason });
  else await queueVerification(trx, context, user);

  const proven = member.emailVerifiedAt !== null;
  const details = { from: member.email, to: email, proven };
  if (!proven) return { details };
  return { details, button: await offerUndo(trx, now, member), undo: { email: member.email } };
}
