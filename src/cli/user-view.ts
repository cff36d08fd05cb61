import { listPersonalTokensOf } from '../accounts/credentials/personal-tokens.table.ts';
import { secondFactorStatus } from '../accounts/credentials/second-factors.ts';
import { listFamiliesOf } from '../accounts/credentials/token-families.table.ts';
import { findCreatedAt, type User } from '../accounts/users.table.ts';
import { MEMBER_STATE_LABELS, memberState } from '../members/member-state.ts';
import { listSessionsOf } from '../sessions/sessions.table.ts';
import { minuteOf } from '../shared/clock.ts';
import { inColumns, type Report } from './output.ts';
import type { Store } from './store.ts';

/** One member, without anything that opens the account. */
export async function showMember(store: Store, member: User): Promise<Report> {
  const { db, clock, settings } = store;
  const { id, username, email, role } = member;
  const { since, app, passkeys, recoveryCodesLeft } = await secondFactorStatus(store, member);
  const now = clock();
  const sessions = (await listSessionsOf(db, id, now)).length;
  const programs = (await listFamiliesOf(db, id, now)).length;
  const tokens = (await listPersonalTokensOf(db, id)).filter(({ expiresAt }) => expiresAt > now).length;
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
      ['logged in on', [count(sessions, 'device'), count(programs, 'program')].join(', ')],
      ['tokens', count(tokens, 'personal access token')],
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
      programs,
      personalTokens: tokens,
      createdAt: iso(createdAt),
      closingAt: iso(member.closingAt),
    },
  };
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** A moment for programs: ISO 8601, in UTC. */
export function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** A moment for people: `2026-11-20 13:18 UTC`. */
function momentText(time: number): string {
  return `${minuteOf(time)} UTC`;
}
