import { columns } from '../../database/rows.ts';
import type { Feature } from '../../features/feature.ts';

export const loginFeature: Feature = {
  name: 'login',
  personalData: [
    {
      table: 'known_browsers',
      export: {
        section: 'browsers',
        columns: {
          firstSeenAt: 'created_at',
          ...columns('lastSeenAt trustedUntil expiresAt address userAgent'),
        },
      },
      erasure: 'delete',
    },
    {
      table: 'known_networks',
      export: { section: 'networks', columns: columns('lastSeenAt expiresAt') },
      erasure: 'delete',
    },
  ],
  expiring: [
    { table: 'known_browsers', column: 'expires_at' },
    { table: 'known_networks', column: 'expires_at' },
  ],
};
