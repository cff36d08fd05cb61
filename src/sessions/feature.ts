import { columns } from '../database/rows.ts';
import type { Feature } from '../features/feature.ts';

export const sessionsFeature: Feature = {
  name: 'sessions',
  personalData: [
    {
      table: 'sessions',
      export: {
        section: 'sessions',
        columns: { openedAt: 'created_at', ...columns('lastSeenAt expiresAt address userAgent') },
      },
      erasure: 'delete',
    },
  ],
  expiring: [{ table: 'sessions', column: 'expires_at' }],
};
