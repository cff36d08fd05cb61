import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { loadSecret } from '../config/secret-key.ts';
import { StartRefused } from '../shared/start-error.ts';
import { checkStart } from './startup.ts';

const PRODUCTION = { NODE_ENV: 'production', SECRET_KEY: 'qX7-vR2mLp9_ZtK4wYb8NcJd3HfGs6Ua' };

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-start-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Starts with some settings, and gives the checks that were warned of. */
function warningsOf(settings: Record<string, string>): string[] {
  const checks: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => void checks.push(JSON.parse(line).check) });
  const config = readConfig({ DATA_DIR: dataDir, ...settings });
  loadSecret(config);
  checkStart(config, logger);
  return checks;
}

test('a first start with nothing set is warned of nothing', () => {
  expect(warningsOf({})).toEqual([]);
});

test.each([
  ['PUBLIC_URL is http in production', { ...PRODUCTION, PUBLIC_URL: 'http://store.example' }, 'cookies'],
  ['the key could be guessed, outside production', { SECRET_KEY: 'x'.repeat(32) }, 'key'],
  ['anybody could pretend an address', { TRUST_PROXY: '1', HOST: '0.0.0.0' }, 'proxy'],
  ['metrics are for everybody', { METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' }, 'metrics'],
  ['there are more processes than cores', { WORKERS: '64' }, 'processes'],
])('it warns when %s, and goes on', (_what, settings: Record<string, string>, check) => {
  expect(warningsOf(settings)).toEqual([check]);
});

test.each([
  [
    'a key that could be guessed',
    { ...PRODUCTION, SECRET_KEY: 'change-me-change-me-change-me-42' },
    /SECRET_KEY looks/,
  ],
  [
    'a certificate that is not there',
    { TLS_CERT: 'no.pem', TLS_KEY: 'no.pem' },
    /TLS_CERT .*no\.pem cannot be read/,
  ],
  [
    'a log that cannot be written',
    { LOG_FILE: '/dev/null/store.log' },
    /LOG_FILE .* cannot be written \(ENOTDIR\)/,
  ],
])(
  'it refuses %s, in one line that says what to do',
  (_what, settings: Record<string, string>, complaint) => {
    expect(() => warningsOf(settings)).toThrow(StartRefused);
    expect(() => warningsOf(settings)).toThrow(complaint);
    expect(() => warningsOf(settings)).not.toThrow(/\n/);
  },
);
