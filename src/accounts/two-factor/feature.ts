import type { Feature } from '../../features/feature.ts';

export const twoFactorFeature: Feature = {
  name: 'two-factor',
  personalData: [
    {
      table: 'authenticator_apps',
      export: {
        section: 'authenticatorApps',
        columns: { createdAt: 'created_at', confirmedAt: 'confirmed_at' },
      },
      erasure: 'delete',
    },
    {
      table: 'recovery_codes',
      export: { section: 'recoveryCodes', columns: { createdAt: 'created_at', usedAt: 'used_at' } },
      erasure: 'delete',
    },
  ],
};
