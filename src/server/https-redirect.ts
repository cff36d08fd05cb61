import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SECOND } from '../shared/clock.ts';

/** How long somebody may take who only has to be sent elsewhere. */
const ANSWERED_WITHIN = 10 * SECOND;

/**
 * Makes a server that sends everybody to the same path of the store's https address, with the method that they used
 * (308; RFC 9110, 15.4.9). Where that is, the settings say and never what the request calls its host.
 */
export function createRedirectingServer(publicUrl: URL): Server {
  const redirect = (req: IncomingMessage, res: ServerResponse) => {
    res.writeHead(308, {
      Location: targetOf(publicUrl, req.url ?? '/'),
      // That everything goes over https, browsers are told there and for all addresses (HSTS).
      'Cache-Control': 'no-store',
      'Content-Length': 0,
      Connection: 'close',
    });
    res.end();
  };
  const server = createServer(redirect);
  // Or Node would ask for the body, which would then come unencrypted.
  server.on('checkContinue', redirect);
  // Of a connection, not of a request as Node's own limits: there is one request on each.
  server.on('connection', (socket) => {
    const deadline = setTimeout(() => socket.destroy(), ANSWERED_WITHIN);
    socket.once('close', () => clearTimeout(deadline));
  });
  return server;
}

/** @param asked as it stands in the request: a path, an address as it is sent to proxies, or `*` */
function targetOf({ origin }: URL, asked: string): string {
  if (asked.startsWith('/')) return new URL(origin + asked).href;
  const target = new URL(origin);
  if (URL.canParse(asked)) ({ pathname: target.pathname, search: target.search } = new URL(asked));
  return target.href;
}
