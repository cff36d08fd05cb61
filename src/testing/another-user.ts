import { chmodSync } from 'node:fs';

/**
 * Does something as a user to whom a folder is shut. Root may go in whatever its mode says, and becomes another user for the
 * moment; a test's own user shuts itself out.
 */
export function asAnotherUser<T>(folder: string, look: () => T): T {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.('nobody');
  else chmodSync(folder, 0o000);
  try {
    return look();
  } finally {
    if (isRoot) process.seteuid?.(0);
    else chmodSync(folder, 0o700);
  }
}
