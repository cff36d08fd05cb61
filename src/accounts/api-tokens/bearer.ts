import { writeIfPossible } from '../../database/transaction.ts';
import { MINUTE } from '../../shared/clock.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { loadPersonalToken, touchPersonalToken } from '../credentials/personal-tokens.table.ts';
import { loadFamily } from '../credentials/token-families.table.ts';
import { isActive, type User } from '../users.table.ts';
import { createTokenReader } from './access-tokens.ts';
import { type LoginScope, readLoginScopes, readScopes, type Scope } from './scopes.ts';
import type { TokenContext } from './token-keys.ts';

/** How a personal access token begins, so that people and scanners for leaked secrets know one when they see it. */
export const PERSONAL_TOKEN_PREFIX = 'gatehouse_pat_';

/** How often use is written down at most, in milliseconds. */
const TOUCH = 1 * MINUTE;

/** Who a request with a bearer token comes from. */
export interface Bearer {
  /** As of this moment: a role or a lock counts at once. */
  user: User;
  token: /** Of an API client that logged in: may do what its person may, some of it only with a scope. In UTC ms. */
    | { kind: 'access'; familyId: string; loggedInAt: number; scopes: readonly LoginScope[] }
    /** A personal access token: may do that as far as its scopes go. */
    | { kind: 'personal'; id: number; scopes: readonly Scope[] };
}

/**
 * Makes the function that finds out whom a bearer token stands for. It is asked at every request, so that a token is
 * dead the moment its login is ended or its person locked out.
 *
 * @returns undefined for whatever is no token that is good now: nobody is told why
 */
export function createBearerReader(
  context: Pick<TokenContext, 'db' | 'clock' | 'config' | 'tokenKeys'>,
): (token: string, address: string) => Promise<Bearer | undefined> {
  const { db, clock } = context;
  const readAccessToken = createTokenReader(context);

  async function readPersonal(token: string, address: string): Promise<Bearer | undefined> {
    const now = clock();
    const [found] = await loadPersonalToken(db, { tokenHash: hashToken(token), now });
    if (!found || !isActive(found)) return undefined;
    const { tokenId, scopes, lastUsedAt, ...user } = found;
    if (now - (lastUsedAt ?? 0) >= TOUCH) {
      const seen = { before: lastUsedAt, now, address };
      await writeIfPossible(() => touchPersonalToken(db, tokenId, seen));
    }
    return { user, token: { kind: 'personal', id: tokenId, scopes: readScopes(scopes) } };
  }

  return async (token, address) => {
    if (token.startsWith(PERSONAL_TOKEN_PREFIX)) return readPersonal(token, address);
    const claims = await readAccessToken(token);
    if (!claims) return undefined;
    const [found] = await loadFamily(db, { familyId: claims.familyId, now: clock() });
    if (!found || found.id !== claims.userId || !isActive(found)) return undefined;
    const { familyCreatedAt: loggedInAt, familyScopes, passwordSetAt, ...user } = found;
    // A login that was on its way while the password changed.
    if (passwordSetAt !== user.passwordChangedAt) return undefined;
    const scopes = readLoginScopes(familyScopes);
    return { user, token: { kind: 'access', familyId: claims.familyId, loggedInAt, scopes } };
  };
}
