import type { ActiveAdmin } from './users.table.ts';

/**
 * Whether nobody could run the store without this admin. Who is locked by "This wasn't me" or has not chosen a
 * password yet may never come in, and so does not count as another one.
 *
 * @param admins all active ones, locked (`lockActiveAdmins`)
 */
export function isLastAdmin(admins: readonly ActiveAdmin[], userId: number): boolean {
  const others = admins.filter(({ id }) => id !== userId);
  return (
    others.length < admins.length &&
    !others.some(({ lockedAt, hasPassword }) => lockedAt === null && hasPassword)
  );
}
