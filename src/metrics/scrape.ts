import { createHash, timingSafeEqual } from 'node:crypto';
import { AggregatorRegistry, Registry } from 'prom-client';

const TEXTS = {
  noToken: 'The metrics are for whoever shows METRICS_TOKEN: Authorization: Bearer …\n',
  failed: 'The metrics could not be read.\n',
};

const TEXT = 'text/plain; charset=utf-8';

export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

export type Scraper = ReturnType<typeof scraper>;

/**
 * Makes what answers a question for metrics, in Prometheus' text format (version 0.0.4). The token is asked for where
 * there is one, as a bearer token in its header and nowhere else (RFC 6750, 2.1): addresses are written into logs.
 *
 * @param read gives the metrics of each process of the store
 */
export function scraper(read: () => Promise<MetricValues[]>, token: string | undefined) {
  const isRight = token === undefined ? () => true : bearerCheck(token);

  return async (authorization: string | undefined) => {
    const headers = { 'Cache-Control': 'no-store', 'Content-Type': TEXT };
    if (!isRight(authorization))
      return { status: 401, headers: { ...headers, 'WWW-Authenticate': 'Bearer' }, text: TEXTS.noToken };
    try {
      const text = await textOf(await read());
      return { status: 200, headers: { ...headers, 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE }, text };
    } catch {
      return { status: 503, headers, text: TEXTS.failed };
    }
  };
}

/** Puts the metrics of several processes together, each as it says itself: by sum, the highest or the lowest. */
export function textOf(parts: MetricValues[]): Promise<string> {
  return AggregatorRegistry.aggregate(parts).metrics();
}

/** Compares by hashes, which are of one length and tell nothing of what was compared, however long that takes. */
function bearerCheck(token: string): (authorization: string | undefined) => boolean {
  const hashOf = (text: string) => createHash('sha256').update(text).digest();
  const right = hashOf(token);
  return (authorization = '') => {
    const [, shown] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
    return shown !== undefined && timingSafeEqual(hashOf(shown), right);
  };
}
