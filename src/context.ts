import { join } from 'node:path';
import type { Logger } from 'pino';
import { createTokenKeys } from './accounts/api-tokens/token-keys.ts';
import { UNCOUNTED } from './accounts/login-counts.ts';
import { createProviders } from './accounts/openid/providers.ts';
import { createPasswordHasher, type PasswordHasher } from './accounts/password-hasher.ts';
import { createTarpit } from './accounts/tarpit.ts';
import { createThrottles } from './accounts/throttles.ts';
import type { Config } from './config/config.ts';
import { loadSecret } from './config/secret-key.ts';
import { connect, type Database } from './database/connection.ts';
import { FEATURES } from './feature-list.ts';
import { openMailFolder } from './mail/mail-folder.ts';
import { createMailer } from './mail/mailer.ts';
import { messageRenderer } from './mail/render-message.ts';
import { createSender } from './mail/sender.ts';
import { createMailTransport, mailIdentity } from './mail/transports.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { MetricsSource } from './metrics/store-metrics.ts';
import { createLiveSettings } from './settings/live-settings.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { createEncryptor, deriveKey } from './shared/crypto/encryption.ts';
import { createReadiness } from './web/readiness.ts';
import { loadViews } from './web/views.ts';

/** What an app is made of. Features take from it what they need; two contexts share nothing but a database. */
export type Context = Awaited<ReturnType<typeof createContext>>;

/** Opens what an app needs: the pool of connections and the threads that hash passwords. */
export async function createContext(
  config: Config,
  logger: Logger,
  clock: Clock = systemClock,
  db: Database = connect(config.database, (message) => logger.debug(message)),
  hasher?: PasswordHasher,
) {
  const secret = loadSecret(config);
  const encryptor = createEncryptor(secret);
  const settings = createLiveSettings({ db, clock, fixed: config.fixed });
  const views = loadViews();
  const mailFolder =
    config.production || config.smtpUrl ? undefined : openMailFolder(join(config.dataDir, 'outbox'));
  const tarpit = createTarpit();
  const passwordHasher =
    hasher ?? (await createPasswordHasher(config.bcryptCost, { processes: config.workers, tarpit }));
  const metrics = await watch(config, { db, hasher: passwordHasher, clock });
  const sender = createSender({
    db,
    encryptor,
    clock,
    logger,
    render: messageRenderer(views, { settings, publicUrl: config.publicUrl }),
    transport: createMailTransport(config.smtpUrl, mailIdentity(config, settings), mailFolder),
    count: metrics?.mails,
  });
  return {
    config,
    features: FEATURES,
    settings,
    db,
    hasher: passwordHasher,
    clock,
    logger,
    sessionKey: deriveKey(secret, 'session-cookie'),
    encryptor,
    views,
    mailer: createMailer({ encryptor, clock }),
    sender,
    /** Where mails go instead of to people: only outside production, and only while no mail server is set. */
    mailFolder,
    throttles: createThrottles(db, tarpit),
    tokenKeys: createTokenKeys(secret),
    loginCounts: metrics?.loginCounts ?? UNCOUNTED,
    /** Counts what whoever watches may ask for; undefined where nobody may. */
    metrics,
    providers: createProviders(config.providers),
    readiness: createReadiness(db),
    async close(): Promise<void> {
      await sender.close();
      await metrics?.close();
      await passwordHasher.close();
      await db.destroy();
    },
  };
}

/** What counts is loaded only where somebody may ask for it: it takes 10 MB and a part of the start. */
async function watch(config: Config, source: MetricsSource): Promise<Metrics | undefined> {
  const { port, token } = config.metrics;
  if (port === undefined && token === undefined) return undefined;
  const { startMetrics } = await import('./metrics/metrics.ts');
  return startMetrics(source, config);
}
