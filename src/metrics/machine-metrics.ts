import { X509Certificate } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import type { Registry } from 'prom-client';
import { SECOND } from '../shared/clock.ts';
import { addGauge } from './gauge.ts';

/** What runs out on the machine: the disk, and the certificate. What cannot be read is not told. */
export function watchMachine(
  registry: Registry,
  { dataDir, tls }: { dataDir: string; tls: { cert: string } | undefined },
): void {
  addGauge(registry, {
    name: 'gatehouse_data_folder_free_bytes',
    help: 'Room on the disk of the data folder.',
    aggregator: 'min',
    read: () =>
      statfs(dataDir).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => undefined,
      ),
  });
  if (!tls) return;
  addGauge(registry, {
    name: 'gatehouse_certificate_end_timestamp_seconds',
    help: 'When the certificate in TLS_CERT ends, in seconds since 1970.',
    aggregator: 'min',
    read: () =>
      readFile(tls.cert)
        .then((pem) => new Date(new X509Certificate(pem).validTo).getTime() / SECOND)
        .catch(() => undefined),
  });
}
