import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { integer } from './fields.ts';

/** The settings for running a store in production: certificates, processes, the log and what watches it. */

const TEXTS = {
  workers: 'must be auto (one for each core) or a whole number from 1 to 64',
  token: 'must be at least 32 characters long, letters, digits and -._~+/=',
  half: 'TLS_CERT and TLS_KEY belong together: a certificate, with its chain, and its key, as PEM files.',
  redirectAlone: 'HTTP_PORT redirects to https, so TLS_CERT and TLS_KEY must be set.',
  samePort: (name: string) => `${name} must be another port than PORT.`,
};

/** With this certificate people are sent from http to https on the usual ports without HTTP_PORT being set. */
const HTTPS_PORT = 443;
const USUAL_HTTP_PORT = 80;

const MOST_WORKERS = 64;

export const workers = z
  .string()
  .refine((text) => text === 'auto' || (/^\d+$/.test(text) && Number(text) >= 1), TEXTS.workers)
  .transform((text) => (text === 'auto' ? Math.min(availableParallelism(), MOST_WORKERS) : Number(text)))
  .refine((count) => count <= MOST_WORKERS, TEXTS.workers);

/** What may stand in an Authorization header as a bearer token (RFC 6750, 2.1), long enough not to be guessed. */
export const metricsToken = z.string().regex(/^[\w.~+/=-]{32,}$/, TEXTS.token);

export const port = integer(1, 65_535);

interface Given {
  PORT: number;
  TLS_CERT?: string | undefined;
  TLS_KEY?: string | undefined;
  HTTP_PORT?: number | undefined;
  WORKERS: number;
  LOG_FILE?: string | undefined;
  METRICS_HOST: string;
  METRICS_PORT?: number | undefined;
  METRICS_TOKEN?: string | undefined;
}

/** How the store is run. Paths are absolute. */
export interface Operation {
  /** The PEM files with which the store itself speaks https. Undefined: it speaks http, and a proxy may speak https for it. */
  tls: { cert: string; key: string } | undefined;
  /** A second port, whose visitors are sent to https. */
  httpPort: number | undefined;
  /** How many processes serve, on one port. */
  workers: number;
  /** Where the log goes instead of standard output. */
  logFile: string | undefined;
  /** Who may read the metrics: nobody while there is neither a port of their own nor a token. */
  metrics: { host: string; port: number | undefined; token: string | undefined };
}

export function readOperation(given: Given): { operation: Operation; problems: (string | false)[] } {
  const { TLS_CERT, TLS_KEY, LOG_FILE, PORT } = given;
  const tls = TLS_CERT && TLS_KEY ? { cert: resolve(TLS_CERT), key: resolve(TLS_KEY) } : undefined;
  const usual = tls && PORT === HTTPS_PORT ? USUAL_HTTP_PORT : undefined;
  return {
    operation: {
      tls,
      httpPort: given.HTTP_PORT ?? usual,
      workers: given.WORKERS,
      logFile: LOG_FILE === undefined ? undefined : resolve(LOG_FILE),
      metrics: { host: given.METRICS_HOST, port: given.METRICS_PORT, token: given.METRICS_TOKEN },
    },
    problems: [
      (TLS_CERT === undefined) !== (TLS_KEY === undefined) && TEXTS.half,
      given.HTTP_PORT !== undefined && !tls && TEXTS.redirectAlone,
      given.HTTP_PORT === PORT && TEXTS.samePort('HTTP_PORT'),
      given.METRICS_PORT === PORT && TEXTS.samePort('METRICS_PORT'),
    ],
  };
}
