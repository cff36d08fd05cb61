import type { Feature } from '../../features/feature.ts';

export const openidFeature: Feature = {
  name: 'openid',
  personalData: [
    {
      table: 'identities',
      export: {
        section: 'identities',
        columns: {
          linkedAt: 'created_at',
          issuer: 'issuer',
          subject: 'subject',
          label: 'label',
          lastUsedAt: 'last_used_at',
        },
      },
      erasure: 'delete',
    },
  ],
};
