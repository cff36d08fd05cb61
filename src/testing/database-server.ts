import type { TestProject } from 'vitest/node';
import { parseDatabaseUrl } from '../config/config.ts';
import { connect } from '../database/connection.ts';

/** Vitest runs this once for each kind of database. At the end of the run its databases are removed from the server. */
export default function setUp(project: TestProject): () => Promise<void> {
  return async () => {
    const { databaseUrl, databasePrefix } = project.getProvidedContext();
    const server = parseDatabaseUrl(databaseUrl);
    if (server.dialect === 'sqlite') return;
    const db = connect(server, () => undefined);
    try {
      const [names, force] =
        server.dialect === 'postgres'
          ? [await db('pg_database').pluck('datname'), ' with (force)']
          : [await db('information_schema.schemata').pluck('schema_name'), ''];
      const own = (names as string[]).filter((name) => name.startsWith(databasePrefix));
      for (const name of own) await db.raw(`drop database ??${force}`, [name]);
    } finally {
      await db.destroy();
    }
  };
}
