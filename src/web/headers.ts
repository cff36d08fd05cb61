import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { YEAR_SECONDS } from './assets.ts';

/**
 * The security headers of every answer (OWASP Secure Headers). All styles, scripts and pictures come from
 * this origin and none stands in a page itself.
 *
 * @param https whether the site is reached over HTTPS
 */
export function securityHeaders(https: boolean): RequestHandler {
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
    strictTransportSecurity: https ? { maxAge: YEAR_SECONDS } : false,
    // Not helmet's no-referrer: with it browsers send `Origin: null` with our own forms (Fetch, 3.1).
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}
