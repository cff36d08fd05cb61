import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { samplesOf } from '../testing/metrics.ts';
import { watchMachine } from './machine-metrics.ts';

const CERTIFICATE = 'gatehouse_certificate_end_timestamp_seconds';
const ROOM = 'gatehouse_data_folder_free_bytes';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-metrics-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function metrics(machine: Parameters<typeof watchMachine>[1]) {
  const registry = new Registry();
  watchMachine(registry, machine);
  return async () => samplesOf(await registry.metrics());
}

test('room on the disk is told in bytes', async () => {
  const read = await metrics({ dataDir: folder, tls: undefined });
  expect((await read()).get(ROOM)).toBeGreaterThan(0);
  expect((await read()).has(CERTIFICATE)).toBe(false);
});

test('the end of the certificate is told as its file stands now; one that cannot be read is not told', async () => {
  const cert = join(folder, 'cert.pem');
  const read = await metrics({ dataDir: join(folder, 'gone'), tls: { cert } });
  expect([...(await read())]).toEqual([]);

  for (const year of [2031, 2032]) {
    const end = new Date(Date.UTC(year, 0, 1));
    const { cert: pem } = await generate([{ name: 'commonName', value: 'store.example' }], {
      notAfterDate: end,
    });
    writeFileSync(cert, pem);
    expect((await read()).get(CERTIFICATE)).toBe(end.getTime() / 1_000);
  }
  writeFileSync(cert, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  expect((await read()).has(CERTIFICATE)).toBe(false);
});
