import type { Config } from '../../config/config.ts';
import { dataFolders, existingFolder, freeSpaceAt } from '../../diagnostics/files.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';

const TEXTS = {
  node: (version: string) => `Node ${version} runs the store.`,
  oldNode: (version: string, least: string) =>
    `Node ${version} is too old: the store needs ${least} or newer.`,
  updateNode: 'Install a newer Node.',
  space: (free: string, folder: string) => `${free} free at ${folder}.`,
  makeRoom: 'Make room: without it the store cannot keep what people send.',
};

const MB = 1_000_000;
const GB = 1_000 * MB;
/** Below these the disk is a warning or a failure, in bytes. */
const LITTLE = 1 * GB;
const TOO_LITTLE = 100 * MB;

/** @param least the lowest version that will do: `20.19` */
export function checkNode(version: string, least: string): Finding {
  const { ok, failure } = findingsOf('node');
  const isNewEnough = version.localeCompare(least, 'en', { numeric: true }) >= 0;
  return isNewEnough ? ok(TEXTS.node(version)) : failure(TEXTS.oldNode(version, least), TEXTS.updateNode);
}

/** How much room there is for what grows: the data folder and a SQLite database elsewhere. */
export async function checkDisk(config: Pick<Config, 'dataDir' | 'database'>): Promise<Finding[]> {
  const folders = new Set(dataFolders(config).map(existingFolder));
  return [...folders].map((folder) => roomAt(folder, freeSpaceAt(folder)));
}

/** @param free in bytes */
export function roomAt(folder: string, free: number): Finding {
  const { ok, warning, failure } = findingsOf('disk');
  const message = TEXTS.space(
    free >= GB ? `${Math.floor(free / GB)} GB` : `${Math.floor(free / MB)} MB`,
    folder,
  );
  if (free < TOO_LITTLE) return failure(message, TEXTS.makeRoom);
  return free < LITTLE ? warning(message, TEXTS.makeRoom) : ok(message);
}
