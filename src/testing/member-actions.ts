import type { Deed } from '../members/actions.ts';

/** What whoever works at the terminal does, and why. */
export const OPS: Deed = { actor: { kind: 'operator', name: 'ops' }, reason: 'asked for by the board' };

/** What an admin does, and why. */
export function deedOf(adminId: number, reason = 'as agreed by telephone'): Deed {
  return { actor: { kind: 'member', id: adminId }, reason };
}
