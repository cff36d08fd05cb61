import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillLargeStore } from './large-store.ts';
import { onDatabase, openPlace, type Place, type Run, runCommand } from './moves.ts';
import { type Figure, megabytes, perSecond, say, table } from './report.ts';
import type { Workplace } from './workplace.ts';

const MEMBERS = 20_000;
const COMMAND = fileURLToPath(new URL('../src/cli/gatehouse.js', import.meta.url));

/**
 * Measures how many rows a second a store is copied with, from each kind of database to each other: read, written,
 * read back and compared, and the audit log verified; and with which it is backed up and restored.
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
  const tell = (name: string, rows: number, { seconds, peak }: Run) => {
    const memory = peak ? `, ${megabytes(peak)}` : '';
    figures.push({ name, measured: `${perSecond(rows / seconds)}${memory}` });
  };
  try {
    const stores = new Map([['SQLite', await open('SQLite')]]);
    const rows = await onDatabase((stores.get('SQLite') as Place).url, (db) => fillLargeStore(db, MEMBERS));
    say(`\nMoving a store of ${rows} rows, ${MEMBERS} members and 40 MB of pictures; rows and most memory`);
    // SQLite first: what it is copied to are the other sources.
    for (const from of kinds) {
      for (const to of kinds.filter((kind) => kind !== from)) {
        const target = await open(to);
        const { url } = stores.get(from) as Place;
        tell(
          `${from} to ${to}`,
          rows,
          await runCommand(COMMAND, ['db', 'copy', '--from', url, '--to', target.url]),
        );
        if (!stores.has(to)) stores.set(to, target);
      }
    }
    for (const [kind, { url }] of stores) {
      const file = join(workplace.folder, `${kind}.backup`);
      const settings = {
        SECRET_KEY: randomBytes(32).toString('base64url'),
        DATA_DIR: join(workplace.folder, kind),
      };
      const backup = await runCommand(COMMAND, ['backup', file], { ...settings, DATABASE_URL: url });
      tell(`backup of ${kind}`, rows, backup);
      const target = await open(kind);
      const restore = await runCommand(COMMAND, ['restore', file], { ...settings, DATABASE_URL: target.url });
      tell(`restore to ${kind}`, rows, restore);
    }
  } finally {
    for (const place of opened) await place.drop();
  }
  say(`\n${table(figures)}`);
}
