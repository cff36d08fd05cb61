import { createHmac } from 'node:crypto';
import { PERSONAL_TOKEN_PREFIX } from '../accounts/api-tokens/bearer.ts';
import { KEY_PERIOD } from '../accounts/api-tokens/token-keys.ts';
import { insertPersonalToken } from '../accounts/credentials/personal-tokens.table.ts';
import { loadSecret } from '../config/secret-key.ts';
import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { DAY } from '../shared/clock.ts';
import { deriveKey } from '../shared/crypto/encryption.ts';
import { hashToken, makeToken } from '../shared/crypto/random-token.ts';

/** Makes a personal access token for somebody, as if made on its page. @returns the secret */
export async function addPersonalToken(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  userId: number,
  { scopes = 'profile:read', name = 'a script', days = 30 } = {},
): Promise<string> {
  const token = PERSONAL_TOKEN_PREFIX + makeToken();
  const now = clock();
  const times = { createdAt: now, expiresAt: now + days * DAY };
  const lastCharacters = token.slice(-4);
  await inTransaction(db, (trx) =>
    insertPersonalToken(trx, { userId, tokenHash: hashToken(token), name, scopes, lastCharacters, ...times }),
  );
  return token;
}

/** One of the three parts of a JWT; what is no text is written as JSON. */
export function jwtPart(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** What a JWT says, by its part: 0 is the header, 1 the claims. */
export function readJwtPart(token: string, part: 0 | 1): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString());
}

/** The key that a store signs with so many periods from now, as only who knows its secret can make it. */
export function signingKeyOf({ config, clock }: Pick<Context, 'config' | 'clock'>, periods = 0): Buffer {
  const period = Math.floor(clock() / KEY_PERIOD) + periods;
  return Buffer.from(deriveKey(loadSecret(config), `access-tokens ${period}`), 'base64url');
}

/** Signs a JWT by hand, whatever it says. */
export function forgeJwt(header: unknown, claims: unknown, key: Buffer, hash = 'sha256'): string {
  const signed = `${jwtPart(header)}.${jwtPart(claims)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}
