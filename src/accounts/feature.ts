import { DAY } from '../clock.ts';
import type { Feature } from '../features/feature.ts';
import { deleteOldCounts } from './event-counts.table.ts';
import { ACCOUNT_EVENTS } from './events.ts';
import { LONGEST_GATHERING } from './gathered-events.ts';
import { deleteExpiredHolds } from './held-emails.table.ts';
import { deleteExpiredBrowsers } from './known-browsers.table.ts';
import { deleteExpiredNetworks } from './known-networks.table.ts';
import { deleteOldLinks } from './links.table.ts';
import { deleteExpiredReservations } from './reserved-usernames.table.ts';

/** Whoever opens an old link is told for a while that it is too old, not that there never was one. */
const LINKS_STAY = 7 * DAY;

const ACTIONS = [...Object.keys(ACCOUNT_EVENTS), 'login.attacked'];
const actions = (...words: string[]) =>
  ACTIONS.filter((action) => words.includes(action.split('.')[0] ?? ''));

/** The core of accounts: users, how they are known, and what happens to them. */
export const accountsFeature: Feature = {
  name: 'accounts',
  auditActions: {
    Accounts: actions('access', 'account', 'data', 'email', 'invitation', 'role', 'username'),
    'Logging in': actions(
      'browser',
      'identity',
      'login',
      'password',
      'program',
      'programs',
      'session',
      'sessions',
      'token',
    ),
    'Second factors': actions('passkey', 'recovery-code', 'recovery-codes', 'two-factor'),
  },
  personalData: [
    {
      table: 'known_browsers',
      export: {
        section: 'browsers',
        columns: {
          firstSeenAt: 'created_at',
          lastSeenAt: 'last_seen_at',
          trustedUntil: 'trusted_until',
          expiresAt: 'expires_at',
          address: 'address',
          userAgent: 'user_agent',
        },
      },
      erasure: 'delete',
    },
    {
      table: 'known_networks',
      export: { section: 'networks', columns: { lastSeenAt: 'last_seen_at', expiresAt: 'expires_at' } },
      erasure: 'delete',
    },
    {
      table: 'account_links',
      export: {
        section: 'mailedLinks',
        columns: {
          createdAt: 'created_at',
          purpose: 'purpose',
          details: 'data',
          expiresAt: 'expires_at',
          endedAt: 'dead_at',
        },
      },
      erasure: 'delete',
    },
    {
      table: 'held_emails',
      export: { section: 'addressesKept', columns: { email: 'email_key', keptUntil: 'held_until' } },
      erasure: 'delete',
    },
    {
      table: 'reserved_usernames',
      export: {
        section: 'usernamesKept',
        columns: { username: 'username_key', keptUntil: 'reserved_until' },
      },
      erasure: 'delete',
    },
    { table: 'event_counts', erasure: 'delete' },
  ],
  async cleanup(db, now) {
    await deleteOldLinks(db, now - LINKS_STAY);
    await deleteExpiredBrowsers(db, now);
    await deleteExpiredNetworks(db, now);
    await deleteExpiredHolds(db, now);
    await deleteExpiredReservations(db, now);
    await deleteOldCounts(db, now - LONGEST_GATHERING);
  },
};
