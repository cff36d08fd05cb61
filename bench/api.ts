import { paths } from '../src/paths.ts';
import { compareWithExpress } from './comparison.ts';
import { fullSpeed } from './load.ts';
import { PASSWORD } from './member.ts';
import { type Figure, say, table } from './report.ts';
import { addMembers, chosenDatabase, storeIn } from './store-server.ts';
import type { Workplace } from './workplace.ts';

/** What is measured, below the prefix of the API, with what its answer must hold. */
const REQUESTS = { '/products': '"slug":"laptop"', '/me': '"role":"user"' };
const WARM_UP = 20_000;
const GOAL = 0.35;

/** Measures requests of apps, each with a bearer token. */
export async function benchApi(workplace: Workplace): Promise<void> {
  const store = await storeIn(workplace, 'api', chosenDatabase()).start();
  const [username = ''] = await addMembers(store, 1);
  const headers = { authorization: `Bearer ${await logIn(store.url, username)}` };
  const figures: Figure[] = [];
  for (const [path, holds] of Object.entries(REQUESTS)) {
    const name = paths.api() + path;
    const url = store.url + name;
    const text = await (await fetch(url, { headers })).text();
    if (!text.includes(holds)) throw new Error(`${url} answered ${text.slice(0, 200)}`);
    const target = { url, pid: store.pid, headers, bytes: Buffer.byteLength(text) };
    await fullSpeed(target, { amount: WARM_UP });
    figures.push(...(await compareWithExpress(workplace, name, { target, text, type: 'json', goal: GOAL })));
  }
  await store.stop();
  say(`\n${table(figures)}`);
}

/** Logs an app in. @returns its access token, good for longer than the measurement takes */
async function logIn(url: string, username: string): Promise<string> {
  const response = await fetch(`${url}${paths.api()}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: PASSWORD }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (!token) throw new Error(`The login answered ${response.status}.`);
  return token;
}
