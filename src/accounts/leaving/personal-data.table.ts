import type { Database } from '../../database/connection.ts';
import { foldCase } from '../../database/fold-case.ts';
import type { Transaction } from '../../database/transaction.ts';
import { NO_PASSWORD } from '../users.table.ts';

/**
 * Everything that the store holds of one person, beside the row in `users` and the audit log: where it is, and what
 * of it an export tells. What is not named is a secret (a hash, a token, a sealed text) or of no meaning outside.
 */
export const PERSONAL_TABLES = {
  sessions: {
    table: 'sessions',
    columns: {
      openedAt: 'created_at',
      lastSeenAt: 'last_seen_at',
      expiresAt: 'expires_at',
      address: 'address',
      userAgent: 'user_agent',
    },
  },
  browsers: {
    table: 'known_browsers',
    columns: {
      firstSeenAt: 'created_at',
      lastSeenAt: 'last_seen_at',
      trustedUntil: 'trusted_until',
      expiresAt: 'expires_at',
      address: 'address',
      userAgent: 'user_agent',
    },
  },
  networks: {
    table: 'known_networks',
    columns: { lastSeenAt: 'last_seen_at', expiresAt: 'expires_at' },
  },
  passkeys: {
    table: 'passkeys',
    columns: { createdAt: 'created_at', name: 'name', lastUsedAt: 'last_used_at' },
  },
  authenticatorApps: {
    table: 'authenticator_apps',
    columns: { createdAt: 'created_at', confirmedAt: 'confirmed_at' },
  },
  recoveryCodes: { table: 'recovery_codes', columns: { createdAt: 'created_at', usedAt: 'used_at' } },
  programs: {
    table: 'token_families',
    columns: {
      loggedInAt: 'created_at',
      lastUsedAt: 'last_used_at',
      expiresAt: 'expires_at',
      address: 'address',
      userAgent: 'user_agent',
    },
  },
  personalAccessTokens: {
    table: 'personal_access_tokens',
    columns: {
      createdAt: 'created_at',
      name: 'name',
      scopes: 'scopes',
      expiresAt: 'expires_at',
      lastUsedAt: 'last_used_at',
      lastAddress: 'last_address',
      lastCharacters: 'last_characters',
    },
  },
  identities: {
    table: 'identities',
    columns: {
      linkedAt: 'created_at',
      issuer: 'issuer',
      subject: 'subject',
      label: 'label',
      lastUsedAt: 'last_used_at',
    },
  },
  mailedLinks: {
    table: 'account_links',
    columns: {
      createdAt: 'created_at',
      purpose: 'purpose',
      details: 'data',
      expiresAt: 'expires_at',
      endedAt: 'dead_at',
    },
  },
  addressesKept: {
    table: 'held_emails',
    columns: { email: 'email_key', keptUntil: 'held_until' },
  },
  usernamesKept: {
    table: 'reserved_usernames',
    columns: { username: 'username_key', keptUntil: 'reserved_until' },
  },
  notes: {
    table: 'member_notes',
    columns: { createdAt: 'created_at', body: 'body' },
  },
  mails: {
    table: 'outbox',
    columns: { createdAt: 'created_at', sentAt: 'sent_at', givenUpAt: 'given_up_at' },
  },
} as const satisfies Record<string, { table: string; columns: Record<string, string> }>;

/** Rows that hold nothing but secrets, or nothing that is not said elsewhere. */
const UNTOLD_TABLES = ['webauthn_challenges', 'member_words', 'event_counts', 'submitted_forms'];

/** Every table with a `user_id`, so that an erasure leaves nothing out. */
export const OWNED_TABLES: readonly string[] = [
  ...Object.values(PERSONAL_TABLES).map(({ table }) => table),
  ...UNTOLD_TABLES,
];

/** One line of an export: texts, numbers, and times in UTC milliseconds under names that end with At or Until. */
export type PersonalRow = Record<string, string | number | null>;

export type PersonalSection = keyof typeof PERSONAL_TABLES;

/** What the store holds of a person, section by section, each in the order of its first column. */
export async function readPersonalTables(
  db: Database,
  userId: number,
): Promise<Record<PersonalSection, PersonalRow[]>> {
  const sections: Record<string, PersonalRow[]> = {};
  for (const [section, { table, columns }] of Object.entries(PERSONAL_TABLES)) {
    const [first] = Object.values(columns) as [string, ...string[]];
    sections[section] = await db(table).where('user_id', userId).orderBy(first).select(columns);
  }
  return sections as Record<PersonalSection, PersonalRow[]>;
}

export async function readProfile(db: Database, userId: number): Promise<PersonalRow> {
  return db('users').where('id', userId).first({
    username: 'username',
    email: 'email',
    role: 'role',
    registeredAt: 'created_at',
    emailVerifiedAt: 'email_verified_at',
    approvedAt: 'approved_at',
    passwordChangedAt: 'password_changed_at',
    twoFactorTurnedOnAt: 'two_factor_since',
  });
}

/** Whose accounts were closed long enough ago to be erased. */
export async function listDueClosings(db: Database, now: number, limit: number): Promise<number[]> {
  return db('users')
    .where('closing_at', '<=', now)
    .whereNull('erased_at')
    .orderBy('closing_at')
    .limit(limit)
    .pluck('id');
}

/**
 * Removes all of a person but a row that says that there was one: what others keep (orders) still leads to it. Its
 * name holds characters that no username and no address has, so nobody can register it.
 */
export async function erasePersonalTables(
  trx: Transaction,
  user: { id: number; email: string },
  now: number,
): Promise<void> {
  for (const table of OWNED_TABLES) await trx(table).where('user_id', user.id).delete();
  await trx('reset_requests').where('email_key', foldCase(user.email)).delete();
  // Under an address that the account had before, too.
  await trx('invitations').where('email_key', foldCase(user.email)).orWhere('accepted_by', user.id).delete();
  const nobody = `erased #${user.id}`;
  await trx('users').where('id', user.id).update({
    username: nobody,
    username_key: nobody,
    email: '',
    email_key: nobody,
    password_hash: NO_PASSWORD,
    role: 'user',
    disabled_at: now,
    erased_at: now,
    closing_at: null,
    frozen_at: null,
    two_factor_since: null,
    email_verified_at: null,
    password_changed_at: null,
  });
}
