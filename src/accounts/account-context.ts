import type { AuditClient } from '../audit/audit.ts';
import type { Database } from '../database/connection.ts';
import type { Feature } from '../features/feature.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { StoreSettings } from '../settings/store-settings.ts';
import type { Clock } from '../shared/clock.ts';
import type { Encryptor } from '../shared/crypto/encryption.ts';
import type { LoginCounts } from './login-counts.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { Throttles } from './throttles.ts';

/** An OpenID provider at which members can log in. */
export interface Provider {
  /** In addresses: `google`. */
  slug: string;
  /** For people: `Google`. */
  name: string;
  /** Who it is (OpenID Connect Discovery 1.0, 3), as a normal URL. */
  issuer: string;
}

/** What the rules of accounts work with; the app's context has it all. */
export interface AccountContext {
  db: Database;
  clock: Clock;
  hasher: PasswordHasher;
  mailer: Mailer;
  encryptor: Encryptor;
  throttles: Throttles;
  loginCounts: LoginCounts;
  /** What admins may change while the store runs: to be read where it is used. */
  settings: StoreSettings;
  /** Every feature's declaration: what an export tells, an erasure leaves and a closing asks. */
  features: readonly Feature[];
  config: {
    storeLocale: string;
    publicUrl: URL;
    /** At which members can log in as well. */
    providers: readonly Provider[];
  };
}

/** Who asks, as rules need to know it. */
export interface ClientInfo extends AuditClient {
  /** What throttles count by. */
  network: string;
  /** The secret by which the browser is known from earlier sign-ins; undefined when it is new. */
  browserToken: string | undefined;
}
