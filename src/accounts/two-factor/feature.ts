import { columns } from '../../database/rows.ts';
import type { Feature } from '../../features/feature.ts';

export const twoFactorFeature: Feature = {
  name: 'two-factor',
  personalData: [
    {
      table: 'authenticator_apps',
      export: { section: 'authenticatorApps', columns: columns('createdAt confirmedAt') },
      erasure: 'delete',
    },
    {
      table: 'recovery_codes',
      export: { section: 'recoveryCodes', columns: columns('createdAt usedAt') },
      erasure: 'delete',
    },
  ],
};
