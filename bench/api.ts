import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../src/paths.ts';
import { comparisonText } from './findings.ts';
import { addMembers } from './in-process.ts';
import { fullSpeed, type Target } from './load.ts';
import { PASSWORD } from './member.ts';
import { atLeast, type Figure, ratio, say, table } from './report.ts';
import { type Comparison, compareThroughput } from './throughput.ts';
import type { Workplace } from './workplace.ts';

/** What is measured, below the prefix of the API, with what its answer must hold. */
const REQUESTS = { '/products': '"slug":"laptop"', '/me': '"role":"user"' };
const WARM_UP = 20_000;
const GOAL = 0.35;

/**
 * Measures requests of programs, each with a bearer token, beside bare Express that sends the same JSON as text, as any
 * app sends what it has serialised.
 */
export async function benchApi(workplace: Workplace): Promise<void> {
  const settings = {
    SECRET_KEY: randomBytes(32).toString('base64url'),
    DATA_DIR: join(workplace.folder, 'api'),
    ...(process.env.BENCH_DATABASE_URL ? { DATABASE_URL: process.env.BENCH_DATABASE_URL } : {}),
  };
  const serve = () =>
    workplace.serve('../src/server.js', {
      // As `npm start` starts it.
      node: ['--max-semi-space-size=8'],
      env: (port) => ({ ...settings, PORT: String(port) }),
      readyPath: paths.ready(),
    });
  // The first start makes the database.
  await (await serve()).stop();
  const username = `b${randomBytes(4).toString('hex')}`;
  await addMembers(settings, [username]);
  const store = await serve();
  const authorization = `Bearer ${await logIn(store.url, username)}`;

  const figures: Figure[] = [];
  for (const [path, holds] of Object.entries(REQUESTS)) {
    const url = store.url + paths.api() + path;
    const text = await (await fetch(url, { headers: { authorization } })).text();
    if (!text.includes(holds)) throw new Error(`${url} answered ${text.slice(0, 200)}`);
    const target = { url, pid: store.pid, headers: { authorization }, bytes: Buffer.byteLength(text) };
    await fullSpeed(target, { amount: WARM_UP });
    const comparison = await compare(workplace, target, text);
    say(`\n${paths.api()}${path}: ${target.bytes} bytes`);
    say(comparisonText(comparison, path));
    const { speed, cpu } = comparison.bare['bare Express'].ratio;
    figures.push(
      atLeast(`${paths.api()}${path} to bare Express`, speed.median, GOAL, ratio),
      { name: '- lowest and highest round', measured: `${ratio(speed.min)} - ${ratio(speed.max)}` },
      { name: '- by computing time', measured: ratio(cpu) },
    );
  }
  await store.stop();
  say(`\n${table(figures)}`);
}

/** Logs a program in. @returns its access token, good for longer than the measurement takes */
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

async function compare(
  workplace: Workplace,
  target: Target,
  text: string,
): Promise<Comparison<'bare Express'>> {
  const file = join(workplace.folder, 'answer.json');
  writeFileSync(file, text);
  const bare = await workplace.serve('bare-express.js', {
    args: (port) => [String(port), file, 'text', 'json'],
    readyPath: '/',
  });
  // The same request, down to the token.
  const comparison = await compareThroughput(target, {
    'bare Express': { ...target, url: bare.url + new URL(target.url).pathname, pid: bare.pid },
  });
  await bare.stop();
  return comparison;
}
