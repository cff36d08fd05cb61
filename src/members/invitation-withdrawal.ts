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

export type Ending =
  | { ok: true; email: string }
  | { ok: false; problem: 'not-allowed' | 'unknown' }
  /** Somebody was quicker: the invitation was accepted, withdrawn or renewed, or its time is over. */
  | { ok: false; problem: 'ended'; state: InvitationState; email: string };

type Asking = Omit<MemberAction, 'reason'>;

/** Takes an invitation back: its link no longer works. */
export function withdrawInvitation(
  context: MemberActionContext,
  asking: Asking,
  id: number,
): Promise<Ending> {
  return endInvitation(context, asking, id, ['open'], async (trx, { role }, now) => {
    if (!(await endWithdrawn(trx, id, now))) return false;
    await record(trx, now, { action: 'invitation.withdrawn', ...byWhom(asking), details: { role } });
    return true;
  });
}

/**
 * Puts a new invitation in an old one's place, in the name of who renews it: the old link is dead, a new one that
 * works for 7 days is mailed.
 */
export function renewInvitation(context: MemberActionContext, asking: Asking, id: number): Promise<Ending> {
  return endInvitation(context, asking, id, ['open', 'expired'], async (trx, invitation, now) => {
    const { email, emailKey, role, reason } = invitation;
    if ((await endReplaced(trx, [id], now)) === 0) return false;
    const invitedBy = asking.actor.kind === 'member' ? asking.actor.id : null;
    const times = { createdAt: now, endsAt: now + INVITATION_LIFETIME };
    await insertInvitations(trx, [{ email, emailKey, role, reason, invitedBy, ...times }]);
    await record(trx, now, { action: 'invitation.renewed', ...byWhom(asking), details: { role } });
    return true;
  });
}

/** @param end does it; false when it came too late */
async function endInvitation(
  context: MemberActionContext,
  { actor }: Asking,
  id: number,
  states: InvitationState[],
  end: (trx: Transaction, invitation: InvitationRow, now: number) => Promise<boolean>,
): Promise<Ending> {
  return inTransaction(context.db, async (trx) => {
    if (!(await lockAdminsFor(trx, actor))) return { ok: false, problem: 'not-allowed' };
    const invitation = await findInvitationRow(trx, { id });
    if (!invitation) return { ok: false, problem: 'unknown' };
    const now = context.clock();
    const { email } = invitation;
    const state = stateOf(invitation, now);
    if (states.includes(state) && (await end(trx, invitation, now))) return { ok: true, email };
    return { ok: false, problem: 'ended', state, email };
  });
}

function byWhom({ actor, client }: Asking) {
  return client ? { actor, client } : { actor };
}
