import { join } from 'node:path';
import { type Config, ConfigError, readConfig, readEnvironment } from '../config/config.ts';
import { protocolOf } from '../config/settings.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { keepSelfSigned, type OwnCertificate } from '../shared/crypto/self-signed.ts';
import { reasonOf } from '../shared/reason.ts';

/** Beside a store that runs at 3000. */
const PORT = '3443';

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

const TEXTS = {
  production:
    'A self-signed certificate is for trying: in production set TLS_CERT and TLS_KEY to one that browsers know, or put a proxy in front.',
  given: 'TLS_CERT and TLS_KEY are set: npm start speaks https with them.',
  publicUrl:
    'PUBLIC_URL starts with http://, and with a self-signed certificate the store speaks https: unset it, or set it to https://.',
  folder: (folder: string, reason: string) =>
    `The self-signed certificate cannot be kept in ${folder} (${reason}). Set DATA_DIR to a folder that can be written to.`,
};

/**
 * Reads the settings for a store that is tried with https: with a self-signed certificate, which is kept in the data
 * folder and made when there is none that fits, at port 3443 unless PORT is set.
 *
 * @throws ConfigError also in production, where no browser would believe such a certificate
 */
export async function readConfigWithOwnCertificate(
  environment: NodeJS.ProcessEnv = readEnvironment(),
  clock: Clock = systemClock,
): Promise<{ config: Config; certificate: OwnCertificate }> {
  if (environment.TLS_CERT || environment.TLS_KEY) throw new ConfigError(TEXTS.given);
  if (protocolOf(environment.PUBLIC_URL ?? '') === 'http:') throw new ConfigError(TEXTS.publicUrl);
  // Where the certificate is, the settings say; that there will be one, they must know.
  const [TLS_CERT, TLS_KEY] = ['to come', 'to come'];
  const config = readConfig({ ...environment, PORT: environment.PORT || PORT, TLS_CERT, TLS_KEY });
  if (config.production) throw new ConfigError(TEXTS.production);
  const folder = join(config.dataDir, 'tls');
  const host = config.publicUrl.hostname.replace(/^\[|\]$/g, '');
  try {
    const certificate = await keepSelfSigned(folder, [...new Set([...LOCAL_HOSTS, host])], clock);
    return { config: { ...config, tls: certificate.files }, certificate };
  } catch (error) {
    throw new ConfigError(TEXTS.folder(folder, reasonOf(error)));
  }
}

export function certificateLines({ files, fingerprint, isNew }: OwnCertificate): string[] {
  return [
    `Its certificate is self-signed${isNew ? ' and new' : ''}, so browsers warn of it. They show this SHA-256 fingerprint:`,
    fingerprint,
    `If it is the same, go on there; or let your system trust ${files.cert}, and nothing warns.`,
  ];
}
