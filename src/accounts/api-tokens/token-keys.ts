import { createHash, createHmac, webcrypto } from 'node:crypto';
import { DAY } from '../../shared/clock.ts';
import { deriveKey } from '../../shared/crypto/encryption.ts';
import type { AccountContext } from '../account-context.ts';

type CryptoKey = webcrypto.CryptoKey;

/** How long new access tokens are signed with the same key, in milliseconds. */
export const KEY_PERIOD = 30 * DAY;

const NAME_LENGTH = 8;

/** A key by the name that stands in the header of a token (RFC 7515, 4.1.4). */
interface TokenKey {
  id: string;
  key: CryptoKey;
}

/** The keys that make tokens. Those that sign access tokens change with the calendar, and nobody is logged out by it. */
export type TokenKeys = ReturnType<typeof createTokenKeys>;

/** What the rules work with that make and read tokens; the app's context has it all. */
export interface TokenContext extends AccountContext {
  tokenKeys: TokenKeys;
}

/** How a refresh token begins, so that nobody takes it for an access token. */
export const REFRESH_TOKEN_PREFIX = 'gatehouse_refresh_';

/**
 * Makes the keys from the store's secret, for access tokens one for each period of 30 days: every process has the same
 * ones, and no table holds them.
 *
 * @param secret the store's one secret
 */
export function createTokenKeys(secret: string) {
  const refreshKey = deriveKey(secret, 'refresh-tokens');
  const made = new Map<number, Promise<TokenKey>>();

  function keyOf(period: number): Promise<TokenKey> {
    const known = made.get(period) ?? makeKey(secret, period);
    // Older ones sign nothing that is still good.
    for (const old of made.keys()) if (old < period - 2) made.delete(old);
    made.set(period, known);
    return known;
  }

  const periodOf = (now: number) => Math.floor(now / KEY_PERIOD);
  return {
    /** The key that signs now. @param now in UTC milliseconds */
    signing: (now: number): Promise<TokenKey> => keyOf(periodOf(now)),

    /**
     * The key of this name, if a token that is good now can have been signed with it: the present one, the one before,
     * and the next, with which a process signs whose clock is ahead.
     */
    async verifying(id: string, now: number): Promise<CryptoKey | undefined> {
      const present = periodOf(now);
      for (const period of [present, present - 1, present + 1]) {
        const candidate = await keyOf(period);
        if (candidate.id === id) return candidate.key;
      }
      return undefined;
    },

    /**
     * The one refresh token that follows on another. Whoever has both the key and a token can make all that follow, and
     * with the key alone they could sign access tokens.
     */
    successorOf: (refreshToken: string): string =>
      REFRESH_TOKEN_PREFIX + createHmac('sha256', refreshKey).update(refreshToken).digest('base64url'),
  };
}

async function makeKey(secret: string, period: number): Promise<TokenKey> {
  const bytes = Buffer.from(deriveKey(secret, `access-tokens ${period}`), 'base64url');
  // Tells the keys of two secrets apart, and nothing of the key: 32 random bytes are not found by their hash.
  const name = createHash('sha256').update(bytes).digest('hex').slice(0, NAME_LENGTH);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await webcrypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
  return { id: `${period}-${name}`, key };
}
