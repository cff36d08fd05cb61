import type { Feature } from '../../features/feature.ts';
import { deleteExpiredChallenges } from './challenges.table.ts';

export const passkeysFeature: Feature = {
  name: 'passkeys',
  personalData: [
    {
      table: 'passkeys',
      export: {
        section: 'passkeys',
        columns: { createdAt: 'created_at', name: 'name', lastUsedAt: 'last_used_at' },
      },
      erasure: 'delete',
    },
    { table: 'webauthn_challenges', erasure: 'delete' },
  ],
  cleanup: deleteExpiredChallenges,
};
