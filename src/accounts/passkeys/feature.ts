import { columns } from '../../database/rows.ts';
import type { Feature } from '../../features/feature.ts';

export const passkeysFeature: Feature = {
  name: 'passkeys',
  personalData: [
    {
      table: 'passkeys',
      export: { section: 'passkeys', columns: columns('createdAt name lastUsedAt') },
      erasure: 'delete',
    },
    { table: 'webauthn_challenges', erasure: 'delete' },
  ],
  expiring: [{ table: 'webauthn_challenges', column: 'expires_at' }],
};
