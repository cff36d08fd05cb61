import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY } from '../shared/clock.ts';
import type { CertificateFiles } from '../shared/crypto/certificate.ts';
import { makeSelfSigned } from '../shared/crypto/self-signed.ts';

/** The names and addresses of this machine. */
export const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];

/** A certificate in files of its own, for which this machine vouches. */
export interface TestCertificate {
  files: CertificateFiles;
  cert: string;
  key: string;
}

/** @param days when it begins and ends, in days from now */
export async function writeCertificate({
  hosts = LOCAL_HOSTS,
  days = [-1, 90],
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-tls-')),
}: {
  hosts?: readonly string[];
  days?: [number, number];
  folder?: string;
} = {}): Promise<TestCertificate> {
  const [from, until] = days.map((count) => Date.now() + count * DAY) as [number, number];
  const { cert, key } = await makeSelfSigned(hosts, { from, until });
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key, { mode: 0o600 });
  return { files, cert, key };
}

/**
 * `fetch` over https with a server whose certificate is trusted, and no other's.
 *
 * @param localAddress from which of the addresses that this machine has
 */
export function fetchTrusting(
  ca: string,
  localAddress?: string,
): (url: string, init: RequestInit) => Promise<Response> {
  return (url, { method = 'GET', headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const type = body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : undefined;
      const sent = request(url, {
        method,
        ca,
        localAddress,
        agent: false,
        headers: { ...(type && { 'content-type': type }), ...(headers as Record<string, string>) },
      });
      sent.on('error', reject);
      sent.on('response', async (answer) => {
        const parts = await answer.toArray();
        const answered = new Headers();
        for (const [name, values = []] of Object.entries(answer.headersDistinct))
          for (const value of values) answered.append(name, value);
        const status = answer.statusCode ?? 0;
        resolve(
          new Response([204, 304].includes(status) ? null : Buffer.concat(parts), {
            status,
            headers: answered,
          }),
        );
      });
      sent.end(body ? String(body) : undefined);
    });
}
