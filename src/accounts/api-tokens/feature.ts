import type { Feature } from '../../features/feature.ts';
import { DAY } from '../../shared/clock.ts';
import { deletePersonalTokensExpiredBefore } from '../credentials/personal-tokens.table.ts';
import { deleteExpiredFamilies } from '../credentials/token-families.table.ts';

/** Members see for a while which tokens have expired: apps stop working with them. */
const EXPIRED_TOKENS_STAY = 30 * DAY;

export const apiTokensFeature: Feature = {
  name: 'api-tokens',
  personalData: [
    {
      table: 'token_families',
      export: {
        section: 'programs',
        columns: {
          loggedInAt: 'created_at',
          lastUsedAt: 'last_used_at',
          expiresAt: 'expires_at',
          address: 'address',
          userAgent: 'user_agent',
        },
      },
      erasure: 'delete',
    },
    {
      table: 'personal_access_tokens',
      export: {
        section: 'personalAccessTokens',
        columns: {
          createdAt: 'created_at',
          name: 'name',
          scopes: 'scopes',
          expiresAt: 'expires_at',
          lastUsedAt: 'last_used_at',
          lastAddress: 'last_address',
          lastCharacters: 'last_characters',
        },
      },
      erasure: 'delete',
    },
  ],
  async cleanup(db, now) {
    await deleteExpiredFamilies(db, now);
    await deletePersonalTokensExpiredBefore(db, now - EXPIRED_TOKENS_STAY);
  },
};
