import type { Config } from '../config/config.ts';
import { DAY, dayOf } from '../shared/clock.ts';
import { type Certificate, CertificateError, readCertificate } from '../shared/crypto/certificate.ts';
import { isOpenTo } from './files.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, failure, refusal } = findingsOf('certificate');

const TEXTS = {
  none: 'TLS_CERT is not set: the store itself speaks http.',
  filesAdvice: 'TLS_CERT takes a certificate with its chain after it, TLS_KEY its key, both as PEM files.',
  ended: (day: string) => `The certificate ended on ${day}: browsers refuse the store.`,
  notYet: (day: string) => `The certificate counts from ${day} on: browsers refuse the store until then.`,
  ending: (day: string) => `The certificate ends on ${day}.`,
  renewAdvice: 'Renew it, then send the store SIGHUP, and it takes the new one.',
  clockAdvice: 'See whether the clock of this machine is right; if it is, wait or take another certificate.',
  otherHost: (host: string) =>
    `The certificate is not for ${host}, the host of PUBLIC_URL: browsers refuse the store.`,
  otherHostAdvice: 'Take a certificate for that name, or set PUBLIC_URL to one that it is for.',
  open: (file: string) => `Other users of this machine can read or change the key in ${file}.`,
  openAdvice: (file: string) => `Run: chmod 600 ${file}`,
  good: (host: string, day: string) => `The certificate is for ${host} and ends on ${day}.`,
};

/** Whoever renews certificates by themselves does so 30 days ahead; what is this late does not come by itself. */
const RENEWED_BY_NOW = 14 * DAY;

/** Everybody, and writing for the group: that a group may read the key is how systems share one. */
const OTHERS = 0o027;

/** Looks at the certificate with which the store speaks https. @param now in UTC milliseconds */
export function checkCertificate(
  { tls, publicUrl }: Pick<Config, 'tls' | 'publicUrl'>,
  now: number = Date.now(),
): Finding[] {
  if (!tls) return [ok(TEXTS.none)];
  try {
    const certificate = readCertificate(tls);
    const wrong = [
      ...checkTime(certificate, now),
      ...(certificate.isFor(publicUrl.hostname)
        ? []
        : [failure(TEXTS.otherHost(publicUrl.hostname), TEXTS.otherHostAdvice)]),
      ...(isOpenTo(tls.key, OTHERS) ? [failure(TEXTS.open(tls.key), TEXTS.openAdvice(tls.key))] : []),
    ];
    return wrong.length > 0 ? wrong : [ok(TEXTS.good(publicUrl.hostname, dayOf(certificate.until)))];
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return [refusal(error.message, TEXTS.filesAdvice)];
  }
}

function checkTime({ from, until }: Certificate, now: number): Finding[] {
  if (until <= now) return [failure(TEXTS.ended(dayOf(until)), TEXTS.renewAdvice)];
  if (from > now) return [failure(TEXTS.notYet(dayOf(from)), TEXTS.clockAdvice)];
  return until <= now + RENEWED_BY_NOW ? [warning(TEXTS.ending(dayOf(until)), TEXTS.renewAdvice)] : [];
}
