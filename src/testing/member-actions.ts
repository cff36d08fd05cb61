import type { MemberAction } from '../members/actions.ts';

/** What whoever works at the terminal does, and why. */
export const OPS: MemberAction = {
  actor: { kind: 'operator', name: 'ops' },
  reason: 'asked for by the board',
};

/** What an admin does, and why. */
export function memberActionOf(adminId: number, reason = 'as agreed by telephone'): MemberAction {
  return { actor: { kind: 'member', id: adminId }, reason };
}
