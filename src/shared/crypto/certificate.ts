import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';

/** Where the PEM files of a certificate are. */
export interface CertificateFiles {
  /** The certificate itself first, then its chain. */
  cert: string;
  key: string;
}

/** A certificate that the store can speak https with. */
export type Certificate = ReturnType<typeof readCertificate>;

const TEXTS = {
  unreadable: (name: string, file: string, reason: string) => `${name} ${file} cannot be read (${reason}).`,
  noCertificate: (file: string) => `TLS_CERT ${file} holds no certificate in PEM form.`,
  noKey: (file: string) => `TLS_KEY ${file} holds no key in PEM form, or one behind a passphrase.`,
  mismatch: (cert: string, key: string) =>
    `The key in TLS_KEY ${key} is not that of the first certificate in TLS_CERT ${cert}.`,
  unusable: (cert: string, reason: string) =>
    `The certificate in TLS_CERT ${cert} cannot be used (${reason}).`,
};

/** PEM files that cannot be used; the message says which and why, in a sentence. */
export class CertificateError extends Error {
  override name = 'CertificateError';
}

/**
 * Reads the files and sees whether they go together. A certificate that has ended is read like any other.
 *
 * @throws CertificateError
 */
export function readCertificate(files: CertificateFiles) {
  const cert = readPem('TLS_CERT', files.cert);
  const key = readPem('TLS_KEY', files.key);
  const leaf = attempt(TEXTS.noCertificate(files.cert), () => new X509Certificate(cert));
  const privateKey = attempt(TEXTS.noKey(files.key), () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) throw new CertificateError(TEXTS.mismatch(files.cert, files.key));
  try {
    // What else TLS may have against them: a key too short, a broken chain.
    createSecureContext({ cert, key });
  } catch (error) {
    throw new CertificateError(TEXTS.unusable(files.cert, (error as Error).message));
  }
  return {
    cert,
    key,
    /** When it counts, in UTC milliseconds. */
    from: Date.parse(leaf.validFrom),
    until: Date.parse(leaf.validTo),
    /** SHA-256, as browsers show it: `AB:CD:…` */
    fingerprint: leaf.fingerprint256,
    /** Whether it was made for this host name or address. */
    isFor(hostname: string): boolean {
      const host = hostname.replace(/^\[|\]$/g, '');
      return (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) !== undefined;
    },
  };
}

function readPem(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CertificateError(TEXTS.unreadable(name, file, (error as NodeJS.ErrnoException).code ?? ''));
  }
}

function attempt<T>(complaint: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw new CertificateError(complaint);
  }
}
