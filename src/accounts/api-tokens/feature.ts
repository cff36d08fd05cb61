import { columns } from '../../database/rows.ts';
import type { Feature } from '../../features/feature.ts';
import { DAY } from '../../shared/clock.ts';

/** Members see for a while which tokens have expired: apps stop working with them. */
const EXPIRED_TOKENS_STAY = 30 * DAY;

export const apiTokensFeature: Feature = {
  name: 'api-tokens',
  personalData: [
    {
      table: 'token_families',
      export: {
        section: 'programs',
        columns: { loggedInAt: 'created_at', ...columns('lastUsedAt expiresAt address userAgent') },
      },
      erasure: 'delete',
    },
    {
      table: 'personal_access_tokens',
      export: {
        section: 'personalAccessTokens',
        columns: columns('createdAt name scopes expiresAt lastUsedAt lastAddress lastCharacters'),
      },
      erasure: 'delete',
    },
  ],
  expiring: [
    { table: 'token_families', column: 'expires_at' },
    { table: 'refresh_tokens', column: 'expires_at' },
    { table: 'personal_access_tokens', column: 'expires_at', stay: EXPIRED_TOKENS_STAY },
  ],
};
