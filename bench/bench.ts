import { benchApi } from './api.ts';
import { benchFlood } from './flood.ts';
import { benchGuests } from './guests.ts';
import { benchStore } from './store.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

/*
 * `npm run bench`: how quick the store is, as it is built and as it runs in production, over plain HTTP on 127.0.0.1.
 * Ratios are within this one run. A figure that misses its goal is reported, not an error; a wrong answer is.
 * `npm run bench -- api` runs one part alone. BENCH_DATABASE_URL names an empty PostgreSQL or MySQL database to run
 * `store` and `api` on instead of SQLite. BENCH_SERVER names the `server.js` of another build, as a file: URL, to be
 * measured in place of this one.
 */

const PARTS: Record<string, (workplace: Workplace) => Promise<void>> = {
  store: benchStore,
  api: benchApi,
  flood: benchFlood,
  guests: benchGuests,
};

async function run(workplace: Workplace, names: readonly string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
    const bench = PARTS[name];
    if (!bench) throw new Error(`There is no part ${name}. There are: ${Object.keys(PARTS).join(', ')}`);
    await bench(workplace);
  }
}

const workplace = openWorkplace();
run(workplace, process.argv.slice(2))
  .catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  })
  .finally(workplace.close);
