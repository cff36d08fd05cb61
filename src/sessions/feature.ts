import type { Feature } from '../features/feature.ts';
import { deleteExpiredSessions } from './sessions.table.ts';

export const sessionsFeature: Feature = {
  name: 'sessions',
  personalData: [
    {
      table: 'sessions',
      export: {
        section: 'sessions',
        columns: {
          openedAt: 'created_at',
          lastSeenAt: 'last_seen_at',
          expiresAt: 'expires_at',
          address: 'address',
          userAgent: 'user_agent',
        },
      },
      erasure: 'delete',
    },
  ],
  cleanup: deleteExpiredSessions,
};
