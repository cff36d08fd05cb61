import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CheckedSettings } from './checked-settings.ts';
import { existingFolder } from './existing-folder.ts';
import { type Finding, findingsOf } from './finding.ts';

const { warning, refusal } = findingsOf('disk');

const TEXTS = {
  network: (file: string, kind: string) =>
    `The database ${file} is on a network disk (${kind}): SQLite cannot keep two programs apart there, and loses data when both write.`,
  perhaps: (file: string, kind: string) =>
    `The database ${file} is on a disk (${kind}) that may be that of another machine: SQLite could lose data there.`,
  severalAdvice: 'Set WORKERS=1, or put the database on a disk of this machine, or on PostgreSQL or MySQL.',
  oneAdvice:
    'Put the database on a disk of this machine, or on PostgreSQL or MySQL; until then run no second process, gatehouse among them, while the store runs.',
};

/**
 * File systems by the type that Linux gives them (statfs(2), linux/magic.h) whose files are on another machine, where
 * neither the locks nor the shared memory of SQLite's write-ahead log work (sqlite.org/wal.html, 1).
 */
const NETWORK_DISKS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
]);

/** Those that may be on another machine or not, as whoever wrote them likes: sshfs, but folders of the host as well. */
const PERHAPS_NETWORK = new Map([[0x65735546, 'FUSE']]);

/** Whether SQLite's file is on this machine. Nothing is said when it is, or when the system does not tell. */
export function checkNetworkDisk(
  { database, workers }: Pick<CheckedSettings, 'database' | 'workers'>,
  typeOf: (folder: string) => number = fileSystemType,
): Finding[] {
  if (database.dialect !== 'sqlite' || database.file === ':memory:') return [];
  const { file } = database;
  const type = typeOf(existingFolder(dirname(file)));
  const perhaps = PERHAPS_NETWORK.get(type);
  if (perhaps) return [warning(TEXTS.perhaps(file, perhaps), TEXTS.oneAdvice)];
  const kind = NETWORK_DISKS.get(type);
  if (!kind) return [];
  return workers > 1
    ? [refusal(TEXTS.network(file, kind), TEXTS.severalAdvice)]
    : [warning(TEXTS.network(file, kind), TEXTS.oneAdvice)];
}

/** @returns 0 where the numbers are not those of Linux */
function fileSystemType(folder: string): number {
  return process.platform === 'linux' ? statfsSync(folder).type : 0;
}
