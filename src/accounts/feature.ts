import { columns } from '../database/rows.ts';
import type { Feature } from '../features/feature.ts';
import { DAY } from '../shared/clock.ts';

/** Whoever opens an old link is told for a while that it is too old, not that there never was one. */
const LINKS_STAY = 7 * DAY;

export const accountsFeature: Feature = {
  name: 'accounts',
  personalData: [
    {
      table: 'account_links',
      export: {
        section: 'mailedLinks',
        columns: { ...columns('createdAt purpose expiresAt'), details: 'data', endedAt: 'dead_at' },
      },
      erasure: 'delete',
    },
    {
      table: 'reserved_names',
      export: {
        section: 'reservedNames',
        columns: { name: 'name_key', ...columns('kind reservedUntil') },
      },
      erasure: 'delete',
    },
  ],
  expiring: [
    { table: 'account_links', column: 'expires_at', stay: LINKS_STAY },
    { table: 'reserved_names', column: 'reserved_until' },
  ],
};
