import { reasonOf } from '../shared/reason.ts';
import type { DatabaseAddress, Dialect } from './dialect.ts';
import { isDenied } from './dialect-fitness.ts';

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
export function unusableText(address: DatabaseAddress, error: unknown): string {
  if (isDenied(error)) {
    // What was asked stands before it, and is long.
    const [reason = ''] = (error as Error).message.split(' - ').slice(-1);
    return `The user of DATABASE_URL lacks rights at ${placeOf(address)} (${reason}). ${grantAdvice(address)}`;
  }
  return `The ${address.dialect} database cannot be used (${reasonOf(error)}). Check DATABASE_URL.`;
}

/** How that user gets the rights. */
export function grantAdvice(address: DatabaseAddress): string {
  const name = nameOf(address);
  return address.dialect === 'mysql'
    ? `Run: GRANT ALL ON ${name}.* TO that user`
    : `Run: ALTER DATABASE ${name} OWNER TO that user, or in it GRANT ALL ON SCHEMA public TO that user`;
}

/** What to say of one that does not hold every text, and what to do about it. */
export function encodingText(address: DatabaseAddress, encoding: string): string {
  return `The database at ${placeOf(address)} keeps text as ${encoding}, in which not every name can be written.`;
}

export function encodingAdvice(address: DatabaseAddress): string {
  const name = nameOf(address);
  return address.dialect === 'mysql'
    ? `Run: ALTER DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`
    : `Make one with: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0; gatehouse backup and restore move a store there.`;
}

function nameOf(address: DatabaseAddress): string {
  return address.dialect === 'sqlite'
    ? address.file
    : decodeURIComponent(new URL(address.url).pathname.slice(1));
}

/** What to say of one that a newer version has worked on, and what to do about it. */
export function newerText(address: DatabaseAddress, migration: string): string {
  return `The database at ${placeOf(address)} was used by a newer version of the store (${migration}). Update this one.`;
}

/** What to say of one that was made before the first release, from which no way leads to this version. */
export function prereleaseText(address: DatabaseAddress): string {
  return `The database at ${placeOf(address)} was made before the first release, and no later version can read it. Start with a new one (set DATA_DIR, or DATABASE_URL where you use it), and keep this one for the version that made it.`;
}
