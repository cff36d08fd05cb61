import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The folder itself or, when it is not there yet, the one in which it would be made. */
export function existingFolder(folder: string): string {
  return existsSync(folder) ? folder : existingFolder(dirname(folder));
}
