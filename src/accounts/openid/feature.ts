import { columns } from '../../database/rows.ts';
import type { Feature } from '../../features/feature.ts';

export const openidFeature: Feature = {
  name: 'openid',
  personalData: [
    {
      table: 'identities',
      export: {
        section: 'identities',
        columns: { linkedAt: 'created_at', ...columns('issuer subject label lastUsedAt') },
      },
      erasure: 'delete',
    },
  ],
};
