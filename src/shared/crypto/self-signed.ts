import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { type Clock, DAY } from '../clock.ts';
import { type Certificate, CertificateError, type CertificateFiles, readCertificate } from './certificate.ts';

/** Browsers refuse certificates that are good for more than 398 days. */
const GOOD_FOR = 396 * DAY;
/** One that ends sooner is made anew. */
const LEAST_LEFT = 14 * DAY;
/** The clock of whoever looks at it may be behind. */
const GOOD_SINCE = DAY;

/**
 * Makes a certificate that nobody but its owner vouches for, with an elliptic key (P-256).
 *
 * @param hosts the names and addresses that it is for; the first one is its name
 * @param until in UTC milliseconds
 * @returns PEM texts
 */
export async function makeSelfSigned(
  hosts: readonly string[],
  { from, until }: { from: number; until: number },
): Promise<{ cert: string; key: string }> {
  const made = await generate([{ name: 'commonName', value: hosts[0] ?? '' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(until),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host })),
      },
    ],
  });
  // So that others can be added after it.
  return { cert: `${made.cert}\n`, key: made.private };
}

export type OwnCertificate = Awaited<ReturnType<typeof keepSelfSigned>>;

/**
 * Gives the self-signed certificate of a folder. It is made when there is none, and anew when it has ended or nearly so,
 * is not for all of the hosts, or cannot be read. Its owner alone can read the key.
 *
 * @returns with whether it is a new one, which no browser has been told to trust
 */
export async function keepSelfSigned(folder: string, hosts: readonly string[], clock: Clock) {
  const files = { cert: join(folder, 'self-signed.crt'), key: join(folder, 'self-signed.key') };
  const found = find(files);
  const now = clock();
  if (found && found.from <= now && found.until > now + LEAST_LEFT && hosts.every(found.isFor))
    return { files, fingerprint: found.fingerprint, isNew: false };
  const made = await makeSelfSigned(hosts, { from: now - GOOD_SINCE, until: now + GOOD_FOR });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // One that is killed in between leaves two that do not fit: the next start makes both anew.
  replace(files.key, made.key, 0o600);
  replace(files.cert, made.cert, 0o600);
  return { files, fingerprint: readCertificate(files).fingerprint, isNew: true };
}

function find(files: CertificateFiles): Certificate | undefined {
  try {
    return readCertificate(files);
  } catch (error) {
    if (error instanceof CertificateError) return undefined;
    throw error;
  }
}

/** Writes a file beside its place and moves it there, so that it is whole, and new: the mode is not that of an old one. */
function replace(file: string, text: string, mode: number): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode });
  chmodSync(draft, mode);
  renameSync(draft, file);
}
