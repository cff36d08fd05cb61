/** A member whom the examples of the documentation are about. */
const ALICE = {
  id: 2,
  username: 'alice',
  email: 'alice@example.org',
  email_verified: true,
  role: 'user',
  two_factor: false,
} as const;

export const ALICE_TO_HERSELF = { ...ALICE, standing: 'in' } as const;

export const ALICE_TO_STAFF = { ...ALICE, state: 'active', created_at: '2026-11-20T10:00:00.000Z' } as const;
