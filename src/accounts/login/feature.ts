import type { Feature } from '../../features/feature.ts';
import { deleteExpiredBrowsers } from '../credentials/known-browsers.table.ts';
import { deleteExpiredNetworks } from './known-networks.table.ts';

/** From where members log in. */
export const loginFeature: Feature = {
  name: 'login',
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
  ],
  async cleanup(db, now) {
    await deleteExpiredBrowsers(db, now);
    await deleteExpiredNetworks(db, now);
  },
};
