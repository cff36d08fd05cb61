import {
  endReplaced,
  endWithdrawn,
  findInvitationRow,
  type InvitationRow,
  insertInvitations,
} from '../accounts/invitations/invitations.table.ts';
import { INVITATION_LIFETIME, type InvitationState, stateOf } from '../accounts/invitations/invitations.ts';
import { record } from '../audit/audit.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { lockAdminsFor, type MemberAction, type MemberActionContext } from './actions.ts';

export type EndResult =
  | { ok: true; email: string }
  | { ok: false; problem: 'not-allowed' | 'unknown' }
  /** Somebody was quicker: the invitation was accepted, withdrawn or renewed, or its time is over. */
  | { ok: false; problem: 'ended'; state: InvitationState; email: string };

type EndAction = Pick<MemberAction, 'actor' | 'client'>;

/** One way to end an invitation. @property end does it; false when it came too late */
interface Way {
  event: 'invitation.withdrawn' | 'invitation.renewed';
  from: InvitationState[];
  end: (trx: Transaction, invitation: InvitationRow, now: number, action: EndAction) => Promise<boolean>;
}

/** Takes an invitation back: its link no longer works. */
export const withdrawInvitation = endInvitation({
  event: 'invitation.withdrawn',
  from: ['open'],
  end: (trx, { id }, now) => endWithdrawn(trx, id, now),
});

/**
 * Puts a new invitation in an old one's place, in the name of who renews it: the old link is dead, a new one that
 * works for 7 days is mailed.
 */
export const renewInvitation = endInvitation({
  event: 'invitation.renewed',
  from: ['open', 'expired'],
  async end(trx, { id, email, emailKey, role, reason }, now, { actor }) {
    if ((await endReplaced(trx, [id], now)) === 0) return false;
    const invitedBy = actor.kind === 'member' ? actor.id : null;
    const times = { createdAt: now, endsAt: now + INVITATION_LIFETIME };
    await insertInvitations(trx, [{ email, emailKey, role, reason, invitedBy, ...times }]);
    return true;
  },
});

function endInvitation({ event, from, end }: Way) {
  return (context: MemberActionContext, { actor, client }: EndAction, id: number): Promise<EndResult> =>
    inTransaction(context.db, async (trx): Promise<EndResult> => {
      if (!(await lockAdminsFor(trx, actor))) return { ok: false, problem: 'not-allowed' };
      const invitation = await findInvitationRow(trx, { id });
      if (!invitation) return { ok: false, problem: 'unknown' };
      const now = context.clock();
      const { email, role } = invitation;
      const state = stateOf(invitation, now);
      const ended = from.includes(state) && (await end(trx, invitation, now, { actor, client }));
      if (!ended) return { ok: false, problem: 'ended', state, email };
      await record(trx, now, { action: event, actor, client, details: { role } });
      return { ok: true, email };
    });
}
