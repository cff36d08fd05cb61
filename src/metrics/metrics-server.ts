import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { paths } from '../paths.ts';
import { SECOND } from '../shared/clock.ts';
import { reasonOf } from '../shared/reason.ts';
import { StartRefused } from '../shared/start-error.ts';
import type { Scraper } from './scrape.ts';

const TEXTS = {
  busy: (host: string, port: number, reason: string) =>
    `The store cannot give its metrics on ${host} port ${port} (${reason}). Set METRICS_HOST and METRICS_PORT to a free address.`,
};

const METHODS = ['GET', 'HEAD'];
/** Few ask, and what they ask is a line and some headers. */
const MOST_CONNECTIONS = 50;
const REQUEST_MAY_TAKE = 10 * SECOND;

export type MetricsServer = NonNullable<Awaited<ReturnType<typeof openMetricsPort>>>;

/** Opens METRICS_PORT, where it is set; it knows nothing of the store but `/metrics`. @throws StartRefused */
export async function openMetricsPort(
  { metrics: { host, port } }: { metrics: { host: string; port: number | undefined } },
  metrics: { scrape: Scraper } | undefined,
) {
  if (port === undefined || !metrics) return undefined;
  const server = createServer({ requestTimeout: REQUEST_MAY_TAKE }, (req, res) =>
    answer(req, res, metrics.scrape),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening').catch((error) => {
    throw new StartRefused(TEXTS.busy(host, port, reasonOf(error)));
  });
  return {
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(req: IncomingMessage, res: ServerResponse, scrape: Scraper) {
  const [path] = (req.url ?? '').split('?');
  if (path !== paths.metrics()) return res.writeHead(404).end();
  if (!METHODS.includes(req.method ?? '')) return res.writeHead(405, { Allow: METHODS.join(', ') }).end();
  const { status, headers, text } = await scrape(req.headers.authorization);
  return res.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) }).end(text);
}
