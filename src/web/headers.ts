import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { isLoopback } from '../shared/networks.ts';
import { YEAR_SECONDS } from './assets.ts';

/**
 * The security headers of every answer (OWASP Secure Headers). All styles, scripts and pictures come from
 * this origin and none stands in a page itself.
 *
 * @param publicUrl where the site is reached, over HTTPS or not
 */
export function securityHeaders({ protocol, hostname }: URL): RequestHandler {
  const https = protocol === 'https:';
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Bootstrap draws its form icons as data: pictures.
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    // Not for this machine: it would hold for every program on every port of localhost, for a year (RFC 6797, 8.1).
    strictTransportSecurity: https && !isLoopback(hostname) ? { maxAge: YEAR_SECONDS } : false,
    // Not helmet's no-referrer: with it browsers send `Origin: null` with our own forms (Fetch, 3.1).
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}
