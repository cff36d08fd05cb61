import { mailInvitations } from '../accounts/invitations/invitation-mails.ts';
import type { Context } from '../context.ts';
import type { MemberAction } from '../members/actions.ts';
import { inviteByMail } from '../members/invite.ts';
import type { Role } from '../permissions.ts';
import { actionPath, lastMailTo } from './mailbox.ts';
import { OPS } from './member-actions.ts';

/** Writes all mails of invitations that wait for it, as if the ones before were sent. */
export async function mailAllInvitations(context: Context): Promise<void> {
  const waiting = () => context.db('invitations').whereNotNull('mail_due_at').first('id');
  while (await waiting()) {
    await mailInvitations(context);
    await context.db('outbox').update({ due_at: null });
  }
}

/** Invites somebody and gives the path of the link in the mail. */
export async function invite(
  context: Context,
  email: string,
  role: Role = 'user',
  action: MemberAction = OPS,
): Promise<string> {
  const outcome = await inviteByMail(context, action, { addresses: email, role });
  if (!outcome.ok) throw new Error(`${email} cannot be invited: ${JSON.stringify(outcome)}`);
  await mailAllInvitations(context);
  return actionPath(await lastMailTo(context, email));
}
