import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { asAnotherUser } from '../testing/another-user.ts';
import { checkLogFile, checkMetrics, checkProcesses } from './operation.ts';

describe('the log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('may go nowhere, into a folder that is there, or into one that is to be made', () => {
    for (const logFile of [undefined, join(folder, 'store.log'), join(folder, 'a', 'b', 'store.log')])
      expect(checkLogFile({ logFile })).toMatchObject({ check: 'log', level: 'ok' });
  });

  test('goes into no folder that cannot be one', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const logFile of [join(file, 'store.log'), join(file, 'a', 'store.log')])
      expect(checkLogFile({ logFile })).toMatchObject({
        refused: true,
        message: `LOG_FILE ${logFile} cannot be written (ENOTDIR).`,
      });
  });

  test('is no folder itself', () => {
    mkdirSync(join(folder, 'logs'));
    expect(checkLogFile({ logFile: join(folder, 'logs') })).toMatchObject({ refused: true });
  });

  test('goes on in a file that is there where its user may write to it', () => {
    const logFile = join(folder, 'store.log');
    writeFileSync(logFile, '', { mode: 0o400 });
    expect(checkLogFile({ logFile })).toMatchObject({ level: 'ok' });
    const [finding] = asAnotherUser(folder, () => [checkLogFile({ logFile })]);
    expect(finding).toMatchObject({ refused: true, message: expect.stringContaining('(EACCES)') });
  });
});

test.each([
  ['none', {}, 'ok'],
  ['on a port of this machine', { METRICS_PORT: '9464' }, 'ok'],
  ['behind a token', { METRICS_TOKEN: 'x'.repeat(32) }, 'ok'],
  ['for everybody', { METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' }, 'failure'],
  [
    'for everybody with a token',
    { METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0', METRICS_TOKEN: 'x'.repeat(32) },
    'ok',
  ],
])('metrics %s: %s', (_who, settings: Record<string, string>, level) => {
  expect(checkMetrics(readConfig(settings))).toMatchObject({ check: 'metrics', level });
});

test.each([
  [1, 1, 'ok'],
  [2, 2, 'ok'],
  [3, 2, 'warning'],
  [1, 0, 'ok'],
])('%d processes on %d cores: %s', (workers, cores, level) => {
  expect(checkProcesses({ workers }, cores)).toMatchObject({ check: 'processes', level });
});
