import { MEMBER_STATE_LABELS, memberState } from '../accounts/managing/member-state.ts';
import { secondFactorStatus } from '../accounts/two-factor/second-factors.ts';
import { findCreatedAt, type User } from '../accounts/users.table.ts';
import { listSessionsOf } from '../web/sessions.table.ts';
import { inColumns, type Report } from './output.ts';
import type { Store } from './store.ts';

/** One member, without anything that opens the account. */
export async function showMember(store: Store, member: User): Promise<Report> {
  const { db, clock, settings } = store;
  const { id, username, email, role } = member;
  const { since, app, passkeys, recoveryCodesLeft } = await secondFactorStatus(store, member);
  const sessions = (await listSessionsOf(db, id, clock())).length;
  const createdAt = (await findCreatedAt(db, id)) ?? null;
  const state = memberState(member, settings.membership);

  const factors = [
    ...(app ? ['authenticator app'] : []),
    ...(passkeys > 0 ? [`passkeys: ${passkeys}`] : []),
    ...(since === null ? [] : [`recovery codes left: ${recoveryCodesLeft}`]),
  ];
  const erasure = member.closingAt === null ? [] : [['to be erased', momentText(member.closingAt)]];
  return {
    lines: inColumns([
      ['username', username],
      ['e-mail', `${email} (${member.emailVerifiedAt === null ? 'not confirmed' : 'confirmed'})`],
      ['role', role],
      ['state', MEMBER_STATE_LABELS[state]],
      ...erasure,
      ['second factor', factors.join(', ') || 'none'],
      ['logged in on', sessions === 1 ? '1 device' : `${sessions} devices`],
      ['made', createdAt === null ? '' : momentText(createdAt)],
    ]),
    data: {
      id,
      username,
      email,
      role,
      state,
      emailVerifiedAt: iso(member.emailVerifiedAt),
      twoFactor: { since: iso(since), app, passkeys, recoveryCodesLeft },
      sessions,
      createdAt: iso(createdAt),
      closingAt: iso(member.closingAt),
    },
  };
}

/** A moment for programs: ISO 8601, in UTC. */
export function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** A moment for people: `2026-11-20 13:18 UTC`. */
function momentText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
