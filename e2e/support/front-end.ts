import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright/test';

const PAGE = readFileSync(new URL('../api/front-end.html', import.meta.url));

/** A front end that its owner serves by themselves. */
export interface FrontEnd {
  origin: string;
  stop: () => Promise<void>;
}

/**
 * Serves the front end on a port of its own, and so on an origin of its own.
 *
 * @param host by which browsers reach it: `localhost` is the same site as the store, `127.0.0.1` another one
 */
export async function serveFrontEnd(host: 'localhost' | '127.0.0.1' = 'localhost'): Promise<FrontEnd> {
  const server = createServer((_req, res) => res.setHeader('Content-Type', 'text/html').end(PAGE));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What the front end got from the session API. */
export interface Called {
  status: number;
  body: unknown;
  link: string | null;
  retryAfter: string | null;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Called>;

/** Opens the front end in a browser and gives what calls the session API from there. */
export async function openFrontEnd(page: Page, origin: string, storeUrl: string): Promise<Call> {
  await page.goto(`${origin}/?store=${encodeURIComponent(storeUrl)}`);
  return (method, path, body) =>
    page.evaluate(
      ([method, path, body]) => (globalThis as unknown as { call: Call }).call(method, path, body),
      [method, path, body] as const,
    );
}
