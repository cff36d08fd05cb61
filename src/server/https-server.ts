import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { SECOND } from '../shared/clock.ts';
import type { Certificate } from '../shared/crypto/certificate.ts';

/** How long a new connection may take to agree on keys. */
const HANDSHAKE_TIMEOUT = 10 * SECOND;

/**
 * Makes a server that speaks https alone.
 *
 * @param classes what requests and responses are made of
 */
export function createHttpsServer(
  classes: object,
  listener: RequestListener,
  certificate: Certificate,
  handshakeTimeout = HANDSHAKE_TIMEOUT,
): Server {
  return createServer({ ...classes, ...secureOptions(certificate), handshakeTimeout }, listener);
}

/** Uses another certificate from the next connection on; those that are open go on as they are. */
export function changeCertificate(server: Server, certificate: Certificate): void {
  server.setSecureContext(secureOptions(certificate));
}

function secureOptions({ cert, key }: Certificate) {
  // The protocols are those of OWASP ASVS 5.0, 12.1.1; the ciphers are Node's.
  return { cert, key, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1'] } as const;
}
