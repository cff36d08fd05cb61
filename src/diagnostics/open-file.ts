import { statSync } from 'node:fs';

/**
 * Whether a file has any of some rights. On Windows modes say nothing.
 *
 * @param rights bits of a file's mode: those that nobody should have
 */
export function isOpenTo(file: string, rights: number): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & rights) !== 0;
}
