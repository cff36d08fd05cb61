import { X509Certificate } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import { SECOND } from '../shared/clock.ts';

/** Where the store keeps files, and its certificate where it speaks https itself. */
export interface Machine {
  dataDir: string;
  tls: { cert: string } | undefined;
}

/** What runs out on the machine: the disk, and the certificate. What cannot be read is not told. */
export function watchMachine(registry: Registry, { dataDir, tls }: Machine): void {
  const tell = (name: string, help: string, read: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      aggregator: 'min',
      registers: [registry],
      async collect() {
        const value = await read().catch(() => undefined);
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  tell('gatehouse_data_folder_free_bytes', 'Room on the disk of the data folder.', async () => {
    const { bavail, bsize } = await statfs(dataDir);
    return bavail * bsize;
  });
  if (tls)
    tell(
      'gatehouse_certificate_end_timestamp_seconds',
      'When the certificate in TLS_CERT ends, in seconds since 1970.',
      async () => new Date(new X509Certificate(await readFile(tls.cert)).validTo).getTime() / SECOND,
    );
}
