import type { DatabaseAddress, Dialect } from './dialect.ts';

/** What people are told of a database. */

/** What people call the kinds. */
export const KINDS: Record<Dialect, string> = {
  sqlite: 'SQLite',
  postgres: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
};

/** Says where a database is, without the name and password that its address may hold. */
export function placeOf(address: DatabaseAddress): string {
  if (address.dialect === 'sqlite') return address.file;
  const { protocol, host, pathname } = new URL(address.url);
  return `${protocol}//${host}${pathname}`;
}

/** What to say of one that does not answer as one does. */
export function unusableText({ dialect }: DatabaseAddress, reason: string): string {
  return `The ${dialect} database cannot be used (${reason}). Check DATABASE_URL.`;
}

/** What to say of one that a newer version has worked on, and what to do about it. */
export function newerText(address: DatabaseAddress, migration: string): string {
  return `The database at ${placeOf(address)} was used by a newer version of the store (${migration}). Update this one.`;
}
