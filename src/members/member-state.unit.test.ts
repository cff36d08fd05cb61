import { expect, test } from 'vitest';
import { memberState } from './member-state.ts';

const NOW = 1_800_000_000_000;
const alice = {
  role: 'user',
  emailVerifiedAt: null,
  approvedAt: NOW,
  lockedAt: null,
  disabledAt: null,
  closingAt: null,
} as const;

test.each([
  ['active', {}],
  ['waiting', { approvedAt: null }],
  ['locked', { approvedAt: null, lockedAt: NOW }],
  ['disabled', { approvedAt: null, lockedAt: NOW, disabledAt: NOW }],
  ['closing', { approvedAt: null, lockedAt: NOW, disabledAt: NOW, closingAt: NOW }],
] as const)('an account is %s by what weighs most', (state, change) => {
  expect(memberState({ ...alice, ...change }, 'approval')).toBe(state);
});

test('nobody waits where nobody has to be let in, and staff never do', () => {
  const unapproved = { ...alice, approvedAt: null };
  expect(memberState(unapproved, 'open')).toBe('active');
  expect(memberState(unapproved, 'verified')).toBe('active');
  expect(memberState({ ...unapproved, role: 'moderator' }, 'approval')).toBe('active');
});
