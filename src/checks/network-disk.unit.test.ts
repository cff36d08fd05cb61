import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DatabaseAddress } from '../database/dialect.ts';
import { checkNetworkDisk } from './network-disk.ts';

const database: DatabaseAddress = { dialect: 'sqlite', file: join(tmpdir(), 'not', 'yet', 'gatehouse.db') };

test.each([
  ['NFS', 0x6969],
  ['SMB', 0x517b],
  ['CIFS', 0xff534d42],
  ['SMB', 0xfe534d42],
  ['9p', 0x01021997],
])('SQLite on %s is a warning for one process, and refused for several', (kind, type) => {
  const message = expect.stringContaining(`is on a network disk (${kind})`);
  expect(checkNetworkDisk({ database, workers: 1 }, () => type)).toEqual([
    expect.objectContaining({ check: 'disk', level: 'warning', message }),
  ]);
  expect(checkNetworkDisk({ database, workers: 2 }, () => type)).toEqual([
    expect.objectContaining({ level: 'failure', refused: true, message }),
  ]);
});

test('a file system that may be anywhere is a warning, also for several', () => {
  expect(checkNetworkDisk({ database, workers: 4 }, () => 0x65735546)).toMatchObject([{ level: 'warning' }]);
});

test.each([
  ['ext4', 0xef53],
  ['btrfs', 0x9123683e],
  ['XFS', 0x58465342],
  ['tmpfs', 0x01021994],
  ['an overlay', 0x794c7630],
  ['what the system does not tell', 0],
])('nothing is said of %s', (_kind, type) => {
  expect(checkNetworkDisk({ database, workers: 4 }, () => type)).toEqual([]);
});

test('a folder that is not there yet is looked for where it would be made; this machine’s own is local', () => {
  const asked: string[] = [];
  checkNetworkDisk({ database, workers: 1 }, (folder) => asked.push(folder));
  expect(asked).toEqual([tmpdir()]);
  expect(checkNetworkDisk({ database, workers: 2 })).toEqual([]);
});

test('databases elsewhere, and in memory, are on no disk of this machine', () => {
  const fails = () => {
    throw new Error('looked');
  };
  const url = 'postgres://db.example/store';
  expect(checkNetworkDisk({ database: { dialect: 'postgres', url }, workers: 2 }, fails)).toEqual([]);
  expect(checkNetworkDisk({ database: { dialect: 'sqlite', file: ':memory:' }, workers: 2 }, fails)).toEqual(
    [],
  );
});
