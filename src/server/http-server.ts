import { createServer, IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Express } from 'express';
import { SECOND } from '../shared/clock.ts';
import type { Certificate } from '../shared/crypto/certificate.ts';

const REQUESTS_TIMEOUT = 10 * SECOND;
const POLL_INTERVAL = 50;
const HANDSHAKE_TIMEOUT = 10 * SECOND;

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
  const traffic = { requests: new Set<ServerResponse>(), sockets: new Set<Socket>(), draining: false };
  trafficOf.set(server, traffic);
  // Before the app, which may answer at once.
  server.prependListener('request', (_req, res: ServerResponse) => {
    if (traffic.draining) res.shouldKeepAlive = false;
    traffic.requests.add(res);
    res.once('close', () => traffic.requests.delete(res));
  });
  server.on('connection', (socket: Socket) => {
    traffic.sockets.add(socket);
    socket.once('close', () => traffic.sockets.delete(socket));
  });
  return server;
}

/** Makes a server that speaks https alone. @param classes what requests and responses are made of */
export function createHttpsServer(
  classes: object,
  listener: RequestListener,
  certificate: Certificate,
  handshakeTimeout = HANDSHAKE_TIMEOUT,
): HttpsServer {
  return createTlsServer({ ...classes, ...secureOptions(certificate), handshakeTimeout }, listener);
}

/** Uses another certificate from the next connection on; those that are open go on as they are. */
export function changeCertificate(server: HttpsServer, certificate: Certificate): void {
  server.setSecureContext(secureOptions(certificate));
}

function secureOptions({ cert, key }: Certificate) {
  // The protocols are those of OWASP ASVS 5.0, 12.1.1; the ciphers are Node's.
  return { cert, key, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1'] } as const;
}

interface Traffic {
  requests: Set<ServerResponse>;
  sockets: Set<Socket>;
  /** Whether each answer is the last one of its connection. */
  draining: boolean;
}

const trafficOf = new WeakMap<Server, Traffic>();

/**
 * Closes a server: no new connections, and those whose requests are answered are closed at once. What counts
 * is requests: browsers open connections ahead and send nothing on them, and Node takes those for busy.
 *
 * @returns whether every open request was answered within ten seconds; those that were not are cut off
 */
export async function closeHttpServer(server: Server): Promise<boolean> {
  const traffic = trafficOf.get(server);
  server.close();
  let waited = 0;
  do {
    server.closeIdleConnections();
    // Also when none is open yet: one may be on its way in.
    await sleep(POLL_INTERVAL);
    waited += POLL_INTERVAL;
  } while (traffic?.requests.size && waited < REQUESTS_TIMEOUT);
  const clean = !traffic?.requests.size;
  server.closeAllConnections();
  // Those as well that have not come as far as a request, in the handshake of https.
  for (const socket of traffic?.sockets ?? []) socket.destroy();
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
  const traffic = trafficOf.get(server);
  if (!traffic) return closeHttpServer(server);
  traffic.draining = true;
  for (const res of traffic.requests) res.shouldKeepAlive = false;
  // Not its own `close`, which ends idle connections at once.
  NetServer.prototype.close.call(server);
  const timeout = server.keepAliveTimeout + SECOND;
  for (let waited = 0; traffic.sockets.size > 0 && waited < timeout; waited += POLL_INTERVAL)
    await sleep(POLL_INTERVAL);
  return closeHttpServer(server);
}
