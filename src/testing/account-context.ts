import type { ClientInfo } from '../accounts/account-context.ts';
import type { TokenContext } from '../accounts/api-tokens/token-keys.ts';
import { createTokenKeys } from '../accounts/api-tokens/token-keys.ts';
import { UNCOUNTED } from '../accounts/login-counts.ts';
import type { PasswordHasher } from '../accounts/password-hasher.ts';
import { createThrottles } from '../accounts/throttles.ts';
import type { Database } from '../database/connection.ts';
import { createMailer } from '../mail/mailer.ts';
import { DEFAULT_SETTINGS } from '../settings/store-settings.ts';
import { createEncryptor } from '../shared/crypto/encryption.ts';

/** What the rules of accounts work with, where a test needs no app; the clock stands still. */
export function accountContext(db: Database, hasher: PasswordHasher): TokenContext {
  const clock = () => 1_800_000_000_000;
  const secret = 'lantern-moss-fiddle-barn-7890123';
  const encryptor = createEncryptor(secret);
  return {
    db,
    features: [],
    clock,
    hasher,
    encryptor,
    mailer: createMailer({ encryptor, clock }),
    throttles: createThrottles(db),
    tokenKeys: createTokenKeys(secret),
    loginCounts: UNCOUNTED,
    settings: { ...DEFAULT_SETTINGS, storeName: 'Corner Shop' },
    config: {
      storeLocale: 'en-IN',
      publicUrl: new URL('http://store.example'),
      providers: [],
    },
  };
}

/** A browser that nobody used before, at an address. */
export function newBrowserAt(address: string): ClientInfo {
  return { address, network: address, userAgent: 'Test', browserToken: undefined };
}
