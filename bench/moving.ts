import { fileURLToPath } from 'node:url';
import { fillLargeStore } from './large-store.ts';
import { onDatabase, openPlace, type Place, runCommand } from './moves.ts';
import { type Figure, megabytes, perSecond, say, table } from './report.ts';
import type { Workplace } from './workplace.ts';

const MEMBERS = 20_000;
const COMMAND = fileURLToPath(new URL('../src/cli/gatehouse.js', import.meta.url));

/**
 * Measures how many rows a second a store is copied with, from each kind of database to each other: read, written,
 * read back and compared, and the audit log verified.
 */
export async function benchMoving(workplace: Workplace): Promise<void> {
  const servers = { PostgreSQL: process.env.TEST_POSTGRES_URL, MySQL: process.env.TEST_MYSQL_URL };
  const kinds = ['SQLite', ...Object.entries(servers).flatMap(([kind, url]) => (url ? [kind] : []))];
  const opened: Place[] = [];
  const open = async (kind: string): Promise<Place> => {
    const place = await openPlace(kind, workplace.folder, servers[kind as keyof typeof servers]);
    opened.push(place);
    return place;
  };
  const figures: Figure[] = [];
  try {
    const stores = new Map([['SQLite', await open('SQLite')]]);
    const rows = await onDatabase((stores.get('SQLite') as Place).url, (db) => fillLargeStore(db, MEMBERS));
    say(`\nMoving a store of ${rows} rows, ${MEMBERS} members and 40 MB of pictures`);
    // SQLite first: what it is copied to are the other sources.
    for (const from of kinds) {
      for (const to of kinds.filter((kind) => kind !== from)) {
        const target = await open(to);
        const source = stores.get(from) as Place;
        const { seconds, peak } = await runCommand(COMMAND, [
          ...['db', 'copy', '--from', source.url, '--to', target.url],
        ]);
        if (!stores.has(to)) stores.set(to, target);
        const memory = peak ? `, ${megabytes(peak)}` : '';
        figures.push({ name: `${from} to ${to}`, measured: `${perSecond(rows / seconds)}${memory}` });
      }
    }
  } finally {
    for (const place of opened) await place.drop();
  }
  say(`\n${table(figures)}`);
}
