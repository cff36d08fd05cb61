import { z } from 'zod';
import { checkInput } from '../../input.ts';
import type { AccountEvent } from '../account-events.ts';
import { emailField } from '../emails.ts';
import { emailIsHeld } from '../held-emails.table.ts';
import { endLinksOf } from '../links.table.ts';
import { offerUndo } from '../my-account/old-email.ts';
import { takenErrors } from '../registration.ts';
import { usernameField } from '../usernames.ts';
import { changeEmail, renameUser } from '../users.table.ts';
import { queueVerification } from '../verification.ts';
import {
  type Deed,
  type DeedContext,
  type DeedRefusal,
  type Doing,
  type Done,
  doToMember,
  reasonField,
  type Unchanged,
} from './deeds.ts';

const form = z.object({
  username: usernameField,
  email: emailField,
  reason: reasonField,
  /** What the form showed when it was opened. */
  shown_username: z.string().optional(),
  shown_email: z.string().optional(),
});

/** The links that were meant for the address before. */
const LINKS = ['verify-email', 'reset-password', 'new-email'];

/** Somebody else, or the member, changed these since the form was shown. */
export type ProfileChangedMeanwhile = {
  ok: false;
  problem: 'changed-meanwhile';
  username: string;
  email: string;
};

/** Thrown in the transaction to undo it; never leaves this file. */
class NameTaken extends Error {}

/**
 * Changes a member's username and e-mail address. A new address is not proven by this: it is mailed a link, and the
 * old one, if it was proven, can take the change back for seven days.
 *
 * @param input the form: username, email, shown_username, shown_email
 */
export async function changeMemberProfile(
  context: DeedContext,
  deed: Deed,
  userId: number,
  input: object,
): Promise<Done | DeedRefusal | ProfileChangedMeanwhile | Unchanged> {
  const read = checkInput(form, { ...input, reason: deed.reason });
  const names = z.object({ username: z.string().catch(''), email: z.string().catch('') }).parse(input);
  const errors = { ...(await takenErrors(context.db, names, userId)), ...(read.ok ? {} : read.errors) };
  if (!read.ok || Object.keys(errors).length > 0) return { ok: false, problem: 'invalid', errors };

  const { username, email, shown_username, shown_email } = read.values;
  try {
    return await doToMember(context, deed, userId, async (doing) => {
      const { member } = doing;
      const stale =
        (shown_username ?? member.username) !== member.username ||
        (shown_email ?? member.email) !== member.email;
      if (stale) {
        return {
          ok: false,
          problem: 'changed-meanwhile',
          username: member.username,
          email: member.email,
        } as const;
      }
      if (username === member.username && email === member.email) {
        return { ok: false, problem: 'unchanged' } as const;
      }
      const renamed = username !== member.username;
      const moved = email !== member.email;
      if (renamed && !(await renameUser(doing.trx, userId, username))) throw new NameTaken();
      const undo = moved ? await moveEmail(context, doing, username, email) : {};
      // Last, as every row of the audit log.
      const user = { ...member, username };
      if (renamed) {
        const details = { from: member.username, to: username };
        await doing.record({ action: 'username.changed-by-store', user, details });
      }
      if (moved) {
        const details = { from: member.email, to: email };
        await doing.record({ action: 'email.changed', user, details, ...undo });
      }
      return { ok: true, username } as const;
    });
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error;
    return { ok: false, problem: 'invalid', errors: await takenErrors(context.db, read.values, userId) };
  }
}

/** @returns how the old address can take the change back, if it was proven */
async function moveEmail(
  context: DeedContext,
  { trx, member, now }: Doing,
  username: string,
  email: string,
): Promise<Partial<AccountEvent>> {
  if (!(await changeEmail(trx, member.id, email, null))) throw new NameTaken();
  if (await emailIsHeld(trx, email, member.id)) throw new NameTaken();
  await endLinksOf(trx, member.id, LINKS, now);
  await queueVerification(trx, context, { id: member.id, username, email });
  if (member.emailVerifiedAt === null) return {};
  return { button: await offerUndo(trx, now, member), undo: { email: member.email } };
}
