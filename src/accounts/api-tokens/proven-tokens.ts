import { hashToken } from '../../shared/crypto/random-token.ts';
import { type AccessClaims, type ReadClaims, readAccessToken, type SigningContext } from './access-tokens.ts';

/** How many tokens are remembered at most. */
const MOST = 1_000;

/**
 * Makes a reader of access tokens that proves each of them once: what is signed does not change, and a program sends the
 * same one for 15 minutes. It remembers hashes, not tokens, and asks again when one has expired or the clock was set
 * back. Whether the login still stands is asked each time, by `createBearerReader`.
 */
export function createTokenReader(
  context: SigningContext,
): (token: string) => Promise<AccessClaims | undefined> {
  const proven = new Map<string, ReadClaims & { provenAt: number }>();

  return async (token) => {
    const hash = hashToken(token);
    const known = proven.get(hash);
    const now = context.clock();
    if (known && known.provenAt <= now && now < known.expiresAt) return known;
    proven.delete(hash);
    const claims = await readAccessToken(context, token);
    if (claims && now < claims.expiresAt) {
      const [oldest] = proven.keys();
      if (proven.size >= MOST && oldest !== undefined) proven.delete(oldest);
      proven.set(hash, { ...claims, provenAt: now });
    }
    return claims;
  };
}
