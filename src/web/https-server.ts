import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { SECOND } from '../clock.ts';
import type { Certificate } from '../tls/certificate.ts';
import { createRedirectingServer } from './redirecting.ts';

/** The first byte of a TLS handshake (RFC 8446, 5.1). No method of HTTP begins with it. */
const HANDSHAKE = 22;
/** How long a new connection may take to say what it speaks, and then to agree on keys. */
const AGREED_WITHIN = 10 * SECOND;

/**
 * Makes a server that speaks https with whoever begins so, and sends everybody else to `publicUrl`, on one port.
 *
 * @param classes what requests and responses are made of
 */
export function createHttpsServer(
  classes: object,
  listener: RequestListener,
  { certificate, publicUrl }: { certificate: Certificate; publicUrl: URL },
): Server {
  const options = { ...classes, ...secureOptions(certificate), handshakeTimeout: AGREED_WITHIN };
  const server = createServer(options, listener);
  const redirecting = createRedirectingServer(publicUrl);
  const shakeHands = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    whenItSpeaks(socket, (byte) => {
      if (byte !== HANDSHAKE) redirecting.emit('connection', socket);
      else for (const begin of shakeHands) begin.call(server, socket);
    });
  });
  return server;
}

/** Uses another certificate from the next connection on; those that are open go on as they are. */
export function changeCertificate(server: Server, certificate: Certificate): void {
  server.setSecureContext(secureOptions(certificate));
}

function secureOptions({ cert, key }: Certificate) {
  // The protocols are those of OWASP ASVS 5.0, 12.1.1; the ciphers are Node's.
  return { cert, key, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1'] } as const;
}

/** Looks at the first byte of a connection and puts it back. */
function whenItSpeaks(socket: Socket, next: (byte: number | undefined) => void): void {
  const deadline = setTimeout(() => socket.destroy(), AGREED_WITHIN);
  socket.once('close', () => clearTimeout(deadline));
  socket.on('error', () => socket.destroy());
  socket.once('readable', () => {
    clearTimeout(deadline);
    const start: Buffer | null = socket.read();
    // It ended without a word.
    if (!start) return socket.destroy();
    socket.unshift(start);
    next(start[0]);
  });
}
