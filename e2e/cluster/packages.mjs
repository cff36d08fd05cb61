import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const LIBRARIES = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'];

/** Galera itself, which MariaDB loads; empty where it is not there. */
export const GALERA_LIBRARY = LIBRARIES.find((file) => existsSync(file)) ?? '';

/** The programs that a cluster is made of: the server, what makes its first files, and what a node copies them with. */
const PROGRAMS = ['mariadbd', 'mariadb-install-db', 'rsync'];

/**
 * What is missing for a cluster on this machine.
 *
 * @returns {string[]}
 */
export function missingPackages() {
  const programs = PROGRAMS.filter((name) => spawnSync(name, ['--help'], { stdio: 'ignore' }).error);
  return [...programs, ...(GALERA_LIBRARY ? [] : ['galera-4'])];
}
