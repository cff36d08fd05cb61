import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { paths } from '../src/paths.ts';
import { say } from './report.ts';
import type { Workplace } from './workplace.ts';

/*
 * What guests leave behind: for 15 seconds one address asks for a page of 12 kB, or for the login form, as often as it
 * can and without cookies. BENCH_SERVER names the `server.js` of another build, as a file: URL, to be measured in its place.
 */

const SERVER = process.env.BENCH_SERVER ?? '../src/server.js';
const SECRET_KEY = randomBytes(32).toString('base64url');
const SECONDS = 15;
const AT_ONCE = 16;

const FLOODS = {
  'an address of 12 kB': `${paths.store()}?q=${'x'.repeat(12_000)}`,
  'the login form': paths.login(),
};

export async function benchGuests(workplace: Workplace): Promise<void> {
  for (const [name, path] of Object.entries(FLOODS)) {
    const folder = join(workplace.folder, `guests ${name}`);
    const settings = { SECRET_KEY, SMTP_URL: 'smtp://127.0.0.1:9', DATA_DIR: folder };
    const serve = () =>
      workplace.serve(SERVER, {
        node: ['--max-semi-space-size=8'],
        env: (port) => ({ ...settings, PORT: String(port) }),
        readyPath: paths.ready(),
      });
    // With the server ends the write-ahead log: what stays is in the one file.
    await (await serve()).stop();
    const before = bytesIn(folder);
    const store = await serve();
    const answered = await flood(store.url + path);
    await store.stop();
    const left = Math.round((bytesIn(folder) - before) / 1_000);
    say(`${name}: ${answered} requests in ${SECONDS} s left ${left.toLocaleString('en')} kB`);
  }
}

function bytesIn(folder: string): number {
  return statSync(join(folder, 'gatehouse.db')).size;
}

/** @returns how many requests were answered */
async function flood(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const end = performance.now() + SECONDS * 1_000;
  let answered = 0;
  const one = async () => {
    while (performance.now() < end) {
      await ask(url, agent);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  agent.destroy();
  return answered;
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { accept: 'text/html' } }, (answer) => {
      answer.resume().on('end', resolve);
    }).on('error', reject);
  });
}
