import type { Config } from '../config/config.ts';
import { isLoopback } from '../shared/networks.ts';
import { type Finding, findingsOf } from './finding.ts';

const TEXTS = {
  alone: 'Only this machine can reach the store.',
  reached: (host: string) => `Other machines can reach the store: HOST is ${host}.`,
  reachedTrial: (host: string) =>
    `HOST is ${host}, so other machines can reach this store, and it is not in production: passwords may travel over http.`,
  mailbox:
    'Its emails, whose links open accounts, are at /dev/outbox, for this machine and for administrators who are logged in.',
  trialAdvice: 'For others set NODE_ENV=production and SMTP_URL; to try it by yourself, HOST=127.0.0.1.',
  noProxy: 'No proxy is trusted: X-Forwarded-For counts for nothing.',
  proxies: 'Only the proxies that TRUST_PROXY names are believed.',
  hidden: 'The proxy is trusted, and the store listens on this machine alone.',
  forgeable: (host: string) =>
    `TRUST_PROXY counts proxies while the store listens on ${host}: whoever reaches its port without them can pretend any address, and so get round the throttles.`,
  forgeableAdvice:
    'Name the addresses of the proxies in TRUST_PROXY, set HOST=127.0.0.1, or see that only the proxy reaches the port.',
  needless: 'TRUST_PROXY is set though PUBLIC_URL is http.',
  needlessAdvice:
    'If a proxy speaks https for the store, say so in PUBLIC_URL; if there is none, unset TRUST_PROXY.',
  secure: 'Cookies go over https alone.',
  local: 'Cookies go over http, on this machine.',
  plain: (url: string) => `PUBLIC_URL is ${url}: passwords and cookies can be read on the way.`,
  plainAdvice:
    'Set TLS_CERT and TLS_KEY, or put a proxy with a certificate in front and set TRUST_PROXY, and PUBLIC_URL to the https address.',
};

export function checkHost({
  host,
  production,
  smtpUrl,
}: Pick<Config, 'host' | 'production' | 'smtpUrl'>): Finding {
  const { ok, warning } = findingsOf('host');
  if (isLoopback(host)) return ok(TEXTS.alone);
  if (production) return ok(TEXTS.reached(host));
  const trial = TEXTS.reachedTrial(host);
  return warning(smtpUrl ? trial : `${trial} ${TEXTS.mailbox}`, TEXTS.trialAdvice);
}

export function checkProxy({ trustProxy, host, publicUrl }: Config): Finding {
  const { ok, warning } = findingsOf('proxy');
  if (trustProxy === false) return ok(TEXTS.noProxy);
  if (typeof trustProxy === 'number' && !isLoopback(host))
    return warning(TEXTS.forgeable(host), TEXTS.forgeableAdvice);
  if (publicUrl.protocol === 'http:') return warning(TEXTS.needless, TEXTS.needlessAdvice);
  return ok(isLoopback(host) ? TEXTS.hidden : TEXTS.proxies);
}

/** Whether cookies travel encrypted (OWASP ASVS 5.0, 3.3.1). */
export function checkCookies({ publicUrl, production }: Config): Finding {
  const { ok, warning, failure } = findingsOf('cookies');
  if (publicUrl.protocol === 'https:') return ok(TEXTS.secure);
  if (production) return failure(TEXTS.plain(publicUrl.origin), TEXTS.plainAdvice);
  if (!isLoopback(publicUrl.hostname)) return warning(TEXTS.plain(publicUrl.origin), TEXTS.plainAdvice);
  return ok(TEXTS.local);
}
