import { errors, jwtVerify, SignJWT } from 'jose';
import { MINUTE, SECOND } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import type { TokenContext } from './token-keys.ts';

/** How long an access token is good, in milliseconds. */
export const ACCESS_TOKEN_LIFETIME = 15 * MINUTE;

/** Of two machines one may be ahead. In seconds. */
const CLOCK_TOLERANCE = 5;

const ALGORITHM = 'HS256';
/** RFC 9068, 2.1, and RFC 8725, 3.11: tells an access token from every other kind of JWT. */
const TYPE = 'at+jwt';
/** What is longer is none of ours, and need not be decoded to know it. */
const LONGEST = 2_000;

const MOST_PROVEN = 1_000;

/** What an access token says, once it is proven. */
interface AccessClaims {
  userId: number;
  /** Of which login it is. */
  familyId: string;
  /** In UTC milliseconds. */
  expiresAt: number;
}

type SigningContext = Pick<TokenContext, 'clock' | 'tokenKeys'> & {
  config: Pick<TokenContext['config'], 'publicUrl'>;
};

/** Who issues tokens, and whom they are for (RFC 7519, 4.1.1 and 4.1.3). */
function partiesOf({ config }: SigningContext) {
  return { issuer: config.publicUrl.origin, audience: `${config.publicUrl.origin}/api/v1` };
}

/**
 * Makes the access token of a login: signed, not secret in what it says, good for 15 minutes. As RFC 9068 has it, but for
 * `client_id`: the store knows no clients, only their members.
 */
export async function makeAccessToken(
  context: SigningContext,
  { userId, familyId }: Omit<AccessClaims, 'expiresAt'>,
): Promise<string> {
  const now = context.clock();
  const { id, key } = await context.tokenKeys.signing(now);
  const { issuer, audience } = partiesOf(context);
  return new SignJWT({ sid: familyId })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: id })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(String(userId))
    .setIssuedAt(Math.floor(now / SECOND))
    .setExpirationTime(Math.floor((now + ACCESS_TOKEN_LIFETIME) / SECOND))
    .setJti(makeToken())
    .sign(key);
}

/**
 * Reads an access token (RFC 8725, 3.1 and 3.8 to 3.11: one algorithm, our own key, issuer, audience and type).
 *
 * @returns undefined when it is none of ours, changed, expired or not yet valid; whether its login still stands is
 *   another question
 */
export async function readAccessToken(
  context: SigningContext,
  token: string,
): Promise<AccessClaims | undefined> {
  if (token.length > LONGEST) return undefined;
  const now = context.clock();
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? undefined : await context.tokenKeys.verifying(kid, now);
        if (!key) throw new errors.JWKSNoMatchingKey();
        return key;
      },
      {
        ...partiesOf(context),
        algorithms: [ALGORITHM],
        typ: TYPE,
        requiredClaims: ['sub', 'sid', 'exp', 'iat', 'jti'],
        // With it a token from the future is refused, too.
        maxTokenAge: ACCESS_TOKEN_LIFETIME / SECOND,
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: new Date(now),
      },
    );
    const { sub, sid: familyId, exp = 0 } = payload;
    if (typeof sub !== 'string' || typeof familyId !== 'string') return undefined;
    return { userId: Number(sub), familyId, expiresAt: exp * SECOND };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/**
 * Makes a reader of access tokens that proves each of them once: what is signed does not change, and an API client sends the
 * same one for 15 minutes. It remembers hashes, not tokens, and asks again when one has expired or the clock was set
 * back. Whether the login still stands is asked each time, by `createBearerReader`.
 */
export function createTokenReader(
  context: SigningContext,
): (token: string) => Promise<AccessClaims | undefined> {
  const proven = new Map<string, AccessClaims & { provenAt: number }>();

  return async (token) => {
    const hash = hashToken(token);
    const known = proven.get(hash);
    const now = context.clock();
    if (known && known.provenAt <= now && now < known.expiresAt) return known;
    proven.delete(hash);
    const claims = await readAccessToken(context, token);
    if (claims && now < claims.expiresAt) {
      const [oldest] = proven.keys();
      if (proven.size >= MOST_PROVEN && oldest !== undefined) proven.delete(oldest);
      proven.set(hash, { ...claims, provenAt: now });
    }
    return claims;
  };
}
