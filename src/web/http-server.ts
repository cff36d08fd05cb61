import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Express } from 'express';
import { SECOND } from '../clock.ts';

const OPEN_REQUESTS_GET = 10 * SECOND;
const LOOK_AGAIN = 50;

/**
 * Makes the HTTP server of an app. Express sets the prototype of every request and response to the app's own,
 * which makes them slow objects for the engine. Here they are born with it, so that Express changes nothing:
 * the same pages at about twice the rate.
 */
export function createHttpServer(app: Express): Server {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse<AppRequest> {}
  app.request = Object.setPrototypeOf(AppRequest.prototype, app.request);
  app.response = Object.setPrototypeOf(AppResponse.prototype, app.response);
  const server = createServer({ IncomingMessage: AppRequest, ServerResponse: AppResponse }, app);
  const open = new Set<ServerResponse>();
  openRequests.set(server, open);
  server.on('request', (_req, res) => {
    open.add(res);
    res.once('close', () => open.delete(res));
  });
  return server;
}

/** The requests of each server that are not answered yet. */
const openRequests = new WeakMap<Server, Set<ServerResponse>>();

/**
 * Closes a server: no new connections, and those whose requests are answered are closed at once. What counts
 * is requests: browsers open connections ahead and send nothing on them, and Node takes those for busy.
 *
 * @returns whether every open request was answered within ten seconds; those that were not are cut off
 */
export async function closeHttpServer(server: Server): Promise<boolean> {
  const open = openRequests.get(server) ?? new Set();
  server.close();
  let waited = 0;
  do {
    server.closeIdleConnections();
    // Also when none is open yet: one may be on its way in.
    await sleep(LOOK_AGAIN);
    waited += LOOK_AGAIN;
  } while (open.size > 0 && waited < OPEN_REQUESTS_GET);
  const clean = open.size === 0;
  server.closeAllConnections();
  return clean;
}
