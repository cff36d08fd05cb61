import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkFolder } from '../../diagnostics/files.ts';
import { checkDisk, checkNode, roomAt } from './machine.ts';

test.each([
  ['20.19.0', 'ok'],
  ['20.100.1', 'ok'],
  ['24.0.0', 'ok'],
  ['20.18.9', 'failure'],
  ['18.99.0', 'failure'],
])('Node %s: %s', (version, level) => {
  expect(checkNode(version, '20.19')).toMatchObject({ check: 'node', level });
});

test.each([
  [5e12, 'ok', '5000 GB free'],
  [1_000_000_000, 'ok', '1 GB free'],
  [999_999_999, 'warning', '999 MB free'],
  [100_000_000, 'warning', '100 MB free'],
  [99_999_999, 'failure', '99 MB free'],
  [0, 'failure', '0 MB free'],
])('%d bytes free: %s', (free, level, words) => {
  expect(roomAt('/srv', free)).toMatchObject({ level, message: `${words} at /srv.` });
});

test('the disk of a folder that is not there yet is that of the one it would be made in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-doctor-'));
  const dataDir = join(folder, 'a', 'b');
  const file = join(folder, 'a', 'c', 'gatehouse.db');
  const findings = await checkDisk({ dataDir, database: { dialect: 'sqlite', file } });
  expect(findings).toHaveLength(1);
  expect(findings[0]?.message).toContain(`free at ${folder}.`);
  expect(checkFolder({ dataDir })).toMatchObject({ level: 'warning' });
  expect(checkFolder({ dataDir: folder })).toMatchObject({ level: 'ok' });
  rmSync(folder, { recursive: true });
});
