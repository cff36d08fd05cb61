import { statSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { paths } from '../src/paths.ts';
import { say } from './report.ts';
import { storeIn } from './store-server.ts';
import type { Workplace } from './workplace.ts';

const SECONDS = 15;
const AT_ONCE = 16;

const FLOODS = {
  'an address of 12 kB': `${paths.store()}?q=${'x'.repeat(12_000)}`,
  'the login form': paths.login(),
};

/** Measures what guests leave in the database: one address asks for a page as often as it can, without cookies. */
export async function benchGuests(workplace: Workplace): Promise<void> {
  for (const [name, path] of Object.entries(FLOODS)) {
    const { settings, start } = storeIn(workplace, `guests ${name}`);
    const size = () => statSync(join(settings.DATA_DIR ?? '', 'gatehouse.db')).size;
    // With the server ends the write-ahead log: what stays is in the one file.
    await (await start()).stop();
    const before = size();
    const store = await start();
    const { requests } = await autocannon({
      ...{ url: store.url + path, headers: { accept: 'text/html' } },
      ...{ connections: AT_ONCE, duration: SECONDS },
    });
    await store.stop();
    const left = Math.round((size() - before) / 1_000);
    say(`${name}: ${requests.total} requests in ${SECONDS} s left ${left.toLocaleString('en')} kB`);
  }
}
