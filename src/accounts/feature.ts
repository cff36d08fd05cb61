import type { Feature } from '../features/feature.ts';
import { DAY } from '../shared/clock.ts';
import { deleteOldLinks } from './links.table.ts';
import { deleteExpiredReservations } from './reserved-names.table.ts';

/** Whoever opens an old link is told for a while that it is too old, not that there never was one. */
const LINKS_STAY = 7 * DAY;

/** The core of accounts: users, and how they are known. */
export const accountsFeature: Feature = {
  name: 'accounts',
  personalData: [
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
      table: 'reserved_names',
      export: {
        section: 'reservedNames',
        columns: { name: 'name_key', kind: 'kind', reservedUntil: 'reserved_until' },
      },
      erasure: 'delete',
    },
  ],
  async cleanup(db, now) {
    await deleteOldLinks(db, now - LINKS_STAY);
    await deleteExpiredReservations(db, now);
  },
};
