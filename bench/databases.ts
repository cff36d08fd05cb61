import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseDatabaseUrl } from '../src/config.ts';
import { connect } from '../src/database/connection.ts';
import type { Workplace } from './workplace.ts';

/**
 * The databases on which a part of the bench measures: SQLite, and PostgreSQL where TEST_POSTGRES_URL names a server.
 *
 * @returns each with its name and the address of its server; SQLite has none
 */
export function databasesToMeasure(): [name: string, server: string | undefined][] {
  const server = process.env.TEST_POSTGRES_URL;
  return [['SQLite', undefined], ...(server ? [['PostgreSQL', server] as [string, string]] : [])];
}

/** Makes an empty database: a file, or on a server one of its own. */
export async function makeDatabase(
  workplace: Workplace,
  server: string | undefined,
): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `gatehouse_bench_${randomBytes(4).toString('hex')}`;
  if (server === undefined) {
    return { url: `sqlite:${join(workplace.folder, `${name}.db`)}`, drop: async () => undefined };
  }
  const own = new URL(server);
  own.pathname = `/${name}`;
  const force = own.protocol.startsWith('postgres') ? ' with (force)' : '';
  await onServer(server, 'create database ??', name);
  return { url: own.href, drop: () => onServer(server, `drop database ??${force}`, name) };
}

async function onServer(url: string, statement: string, database: string): Promise<void> {
  const db = connect(parseDatabaseUrl(url), (message) => process.stderr.write(`${message}\n`));
  try {
    await db.raw(statement, [database]);
  } finally {
    await db.destroy();
  }
}
