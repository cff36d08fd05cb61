import type { Logger } from 'pino';
import { createPasswordHasher, type PasswordHasher } from './accounts/password-hasher.ts';
import { createThrottles, type Throttles } from './accounts/throttles.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { connect, type Database } from './database/connection.ts';
import { deriveKey, loadSecret } from './keys.ts';
import { createMailer, type Mailer } from './mail/mailer.ts';
import { createSealer, type Sealer } from './sealing.ts';

/** What an app is made of. Features take from it what they need; two contexts share nothing but a database. */
export interface Context {
  config: Config;
  db: Database;
  hasher: PasswordHasher;
  clock: Clock;
  logger: Logger;
  sessionKey: string;
  sealer: Sealer;
  mailer: Mailer;
  throttles: Throttles;
  close: () => Promise<void>;
}

/** Opens what an app needs: the pool of connections and the threads that hash passwords. */
export async function createContext(
  config: Config,
  logger: Logger,
  clock: Clock = systemClock,
  db: Database = connect(config.database, (message) => logger.debug(message)),
): Promise<Context> {
  const secret = loadSecret(config);
  const sealer = createSealer(secret);
  const hasher = await createPasswordHasher(config.bcryptCost);
  return {
    config,
    db,
    hasher,
    clock,
    logger,
    sessionKey: deriveKey(secret, 'session-cookie'),
    sealer,
    mailer: createMailer({ sealer, clock }),
    throttles: createThrottles(db),
    async close() {
      await hasher.close();
      await db.destroy();
    },
  };
}
