import { revokeSessions } from '../accounts/credentials/revoke-access.ts';
import { endLinksOf } from '../accounts/links.table.ts';
import { setDisabledAt } from '../accounts/users.table.ts';
import {
  type Done,
  type LastAdmin,
  type MemberAction,
  type MemberActionContext,
  type MemberActionRefusal,
  performAction,
  type Shut,
  type Unchanged,
} from './actions.ts';

/** The links that would go on with a change; those by which somebody comes back do not work while it is disabled. */
const LINKS = ['reset-password', 'new-email'];

/**
 * Disables an account: nobody can log in, and every login ends with this, of browsers and programs. One that is being closed can be disabled
 * as well: then its member cannot come back.
 */
export function disableMember(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | LastAdmin | Unchanged> {
  return performAction(context, action, userId, async ({ trx, member, now, isLastAdmin, record }) => {
    if (isLastAdmin) return { ok: false, problem: 'last-admin' };
    if (member.disabledAt !== null) return { ok: false, problem: 'unchanged' };
    await setDisabledAt(trx, userId, now);
    await revokeSessions(trx, userId);
    await endLinksOf(trx, userId, LINKS, now);
    await record({ action: 'account.disabled' });
    return { ok: true, username: member.username };
  });
}

/** Lets the member of a disabled account log in again; one that is being deleted has to be restored first. */
export function enableMember(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | Shut | Unchanged> {
  return performAction(context, action, userId, async ({ trx, member, record }) => {
    if (member.disabledAt === null) return { ok: false, problem: 'unchanged' };
    if (member.closingAt !== null) return { ok: false, problem: 'shut' };
    await setDisabledAt(trx, userId, null);
    await record({ action: 'account.enabled' });
    return { ok: true, username: member.username };
  });
}
