import { deleteSessionsOf } from '../../web/sessions.table.ts';
import { endLinksOf } from '../links.table.ts';
import { setDisabledAt } from '../users.table.ts';
import {
  type Deed,
  type DeedContext,
  type DeedRefusal,
  type Done,
  doToMember,
  type LastAdmin,
  type Unchanged,
} from './deeds.ts';

/** The links with which somebody could come back or go on with a change. */
const LINKS = ['reset-password', 'new-email'];

/** Disables an account: it cannot log in, and all its sessions end with this. */
export function disableMember(
  context: DeedContext,
  deed: Deed,
  userId: number,
): Promise<Done | DeedRefusal | LastAdmin | Unchanged> {
  return doToMember(context, deed, userId, async ({ trx, member, now, isLastAdmin, record }) => {
    if (isLastAdmin) return { ok: false, problem: 'last-admin' };
    if (member.disabledAt !== null) return { ok: false, problem: 'unchanged' };
    await setDisabledAt(trx, userId, now);
    await deleteSessionsOf(trx, userId);
    await endLinksOf(trx, userId, LINKS, now);
    await record({ action: 'account.disabled' });
    return { ok: true, username: member.username };
  });
}

/** Lets a disabled account log in again. */
export function enableMember(
  context: DeedContext,
  deed: Deed,
  userId: number,
): Promise<Done | DeedRefusal | Unchanged> {
  return doToMember(context, deed, userId, async ({ trx, member, record }) => {
    if (member.disabledAt === null) return { ok: false, problem: 'unchanged' };
    await setDisabledAt(trx, userId, null);
    await record({ action: 'account.enabled' });
    return { ok: true, username: member.username };
  });
}
