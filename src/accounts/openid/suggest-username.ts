import { randomInt } from 'node:crypto';
import type { Database } from '../../database/connection.ts';
import { nameIsReserved } from '../reserved-names.table.ts';
import { usernameField } from '../usernames.ts';
import { usernameIsTaken } from '../users.table.ts';

const LONGEST = 30;

/**
 * Makes a username from what a provider tells of somebody.
 *
 * @param names the likeliest first
 * @returns one that is valid and free at this moment; empty when there is none to be made
 */
export async function suggestUsername(db: Database, names: readonly string[]): Promise<string> {
  for (const name of names.map(plain)) {
    const tries = [name, `${name.slice(0, LONGEST - 5)}-${randomInt(1_000, 10_000)}`];
    for (const username of tries) {
      if (!usernameField.safeParse(username).success) break;
      const isTaken = (await usernameIsTaken(db, username)) || (await nameIsReserved(db, username));
      if (!isTaken) return username;
    }
  }
  return '';
}

/** `Zoë Müller` becomes `Zoe.Muller`, `maria@example.org` becomes `maria`. */
function plain(name: string): string {
  const [local = ''] = name.split('@');
  const latin = local.normalize('NFKD').replaceAll(/\p{M}/gu, '').trim();
  return latin
    .replaceAll(/\s+/g, '.')
    .replaceAll(/[^A-Za-z0-9._-]/g, '')
    .replaceAll(/^[._-]+/g, '')
    .slice(0, LONGEST)
    .replaceAll(/[._-]+$/g, '');
}
