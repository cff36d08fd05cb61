import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Express } from 'express';
import { SECOND } from '../shared/clock.ts';
import type { Certificate } from '../shared/crypto/certificate.ts';
import { createHttpsServer } from './https-server.ts';

const OPEN_REQUESTS_GET = 10 * SECOND;
const LOOK_AGAIN = 50;

/**
 * Makes the HTTP server of an app. Express sets the prototype of every request and response to the app's own,
 * which makes them slow objects for the engine. Here they are born with it, so that Express changes nothing:
 * the same pages at about twice the rate.
 *
 * @param certificate when given, it speaks https
 */
export function createHttpServer(app: Express, certificate?: Certificate): Server {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse<AppRequest> {}
  app.request = Object.setPrototypeOf(AppRequest.prototype, app.request);
  app.response = Object.setPrototypeOf(AppResponse.prototype, app.response);
  const classes = { IncomingMessage: AppRequest, ServerResponse: AppResponse };
  const server = certificate ? createHttpsServer(classes, app, certificate) : createServer(classes, app);
  const open = new Set<ServerResponse>();
  openRequests.set(server, open);
  // Before the app, which may answer at once.
  server.prependListener('request', (_req, res: ServerResponse) => {
    if (draining.has(server)) res.shouldKeepAlive = false;
    open.add(res);
    res.once('close', () => open.delete(res));
  });
  const sockets = new Set<Socket>();
  connections.set(server, sockets);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return server;
}

/** The requests of each server that are not answered yet. */
const openRequests = new WeakMap<Server, Set<ServerResponse>>();
const connections = new WeakMap<Server, Set<Socket>>();
/** Those whose every answer is the last one of its connection. */
const draining = new WeakSet<Server>();

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
  // Those as well that have not come as far as a request, in the handshake of https.
  for (const socket of connections.get(server) ?? []) socket.destroy();
  return clean;
}

/**
 * Closes a server whose place another process has taken, so that nobody notices: no new connections, but those that
 * are open may send one more request each, whose answer says that it is the last. An idle one is closed when it would
 * have been in any case, so no request that is on its way is met by a closed door.
 *
 * @returns whether every open request was answered; see closeHttpServer
 */
export async function drainHttpServer(server: Server): Promise<boolean> {
  draining.add(server);
  for (const res of openRequests.get(server) ?? []) res.shouldKeepAlive = false;
  // Not its own `close`, which ends idle connections at once.
  NetServer.prototype.close.call(server);
  const open = connections.get(server) ?? new Set();
  const timeout = server.keepAliveTimeout + SECOND;
  for (let waited = 0; open.size > 0 && waited < timeout; waited += LOOK_AGAIN) await sleep(LOOK_AGAIN);
  return closeHttpServer(server);
}
