import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { paths } from '../paths.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Program, type Workplace } from '../testing/program.ts';
import { textOf, Visitor } from '../testing/visitor.ts';

const SECRET = 'lantern-moss-fiddle-barn-7890123';

let place: Workplace;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
});
afterAll(() => place.clear());

const usesFile = () => !place.settings.DATABASE_URL;

/** The path of the set-up link that a start printed. */
function setupPath(printed: string): string | undefined {
  return /Set one up at \S*(\/setup\/\S+)/.exec(printed)?.[1];
}

async function makeAdmin(url: string, link: string): Promise<void> {
  const answer = await new Visitor(url).submit(link, {
    username: 'ana',
    email: 'ana@example.org',
    password: PASSWORD,
    password_confirmation: PASSWORD,
  });
  expect([answer.status, answer.location]).toEqual([303, paths.login()]);
}

// One store's life, from start to start: each test goes on where the one before it stopped.

let program: Program;
let firstLink = '';
let session = new Map<string, string>();

test('on nothing but an empty folder and database is a store, and says where and how to go on', async () => {
  program = place.start();
  const url = await program.open();
  const { stdout, stderr } = program.out;
  firstLink = setupPath(stdout) ?? '';
  expect(url).toMatch(/^http:\/\/localhost:\d+$/);
  if (usesFile()) expect(stdout).toContain(`Its data are in ${join(place.folder, 'data', 'gatehouse.db')}\n`);
  else expect(stdout).toMatch(/Its data are in a (postgres|mysql) database\n/);
  expect(stdout).toContain(`There is no administrator yet. Set one up at ${url}/setup/`);
  expect(stdout).not.toMatch(/(postgres|mysql):\/\//);
  expect(stderr).toBe('');
  expect(existsSync(join(place.folder, 'data', 'secret.key'))).toBe(true);

  const visitor = new Visitor(url);
  expect((await visitor.get(paths.alive())).status).toBe(200);
  expect((await visitor.get(paths.ready())).status).toBe(200);
  expect((await visitor.get(paths.login())).text).toContain('Welcome to Gatehouse.');
  expect((await visitor.get(firstLink)).status).toBe(200);
  expect(await program.stop('SIGINT')).toEqual({ code: 0, signal: null });
});

test('on every address of the machine it says what that opens, and strangers do not find the mails', async () => {
  program = place.start({ HOST: '0.0.0.0' });
  const { port } = new URL(await program.open());
  expect(program.out.stdout).toMatch(
    /^HOST is 0\.0\.0\.0, so other machines can reach this store.*\/dev\/outbox/m,
  );
  const url = `http://127.0.0.1:${port}`;
  expect((await new Visitor(url).get(paths.devOutbox())).status).toBe(200);
  const elsewhere = Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .find(({ internal, family }) => !internal && family === 'IPv4');
  if (elsewhere) {
    const stranger = new Visitor(`http://${elsewhere.address}:${port}`);
    expect((await stranger.get(paths.devOutbox())).location).toBe(paths.login());
  }
  expect(await program.stop()).toEqual({ code: 0, signal: null });
});

test('the next start, still without an admin, prints a new set-up link, and only that one opens', async () => {
  program = place.start();
  const url = await program.open();
  const link = setupPath(program.out.stdout) ?? '';
  expect((await new Visitor(url).get(firstLink)).status).toBe(404);
  await makeAdmin(url, link);
  expect((await new Visitor(url).get(link)).status).toBe(404);
  const ana = new Visitor(url);
  await ana.follow(await ana.logIn('ana', PASSWORD));
  session = ana.cookies;
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('the start after that prints no link, and knows the people, their sessions and the products', async () => {
  program = place.start();
  const ana = new Visitor(await program.open());
  expect(program.out.stdout).not.toMatch(/setup|administrator/);
  for (const [name, value] of session) ana.cookies.set(name, value);
  const store = textOf((await ana.get(paths.store())).text);
  expect(store).toContain('Welcome, ana');
  expect(store).toContain('24 products');
});

test('a process that is killed leaves a database that the next start opens, with all that was answered', async () => {
  const url = await program.open();
  expect((await new Visitor(url).register('alice', PASSWORD)).status).toBe(303);
  // Killed while it writes: every one of these opens a session.
  const writes = Array.from({ length: 30 }, () => new Visitor(url).get(paths.login()).catch(() => undefined));
  await Promise.race(writes);
  expect(await program.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  await Promise.all(writes);

  program = place.start({ NODE_ENV: 'production', SECRET_KEY: SECRET, BCRYPT_COST: '10', LOG_LEVEL: 'info' });
  const alice = new Visitor(await program.open());
  expect((await alice.logIn('alice', PASSWORD)).location).toBe(paths.store());
  await alice.get(`${paths.store()}?q=marker`);
  await program.stop();
});

test('in production the log is lines of JSON alone, and what a person reads stands beside it', () => {
  const { stdout, stderr } = program.out;
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ method: 'POST', route: paths.login(), status: 303, msg: 'request' }),
  );
  const warnings = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
  expect(warnings.slice(0, 2).map(({ msg }) => msg)).toEqual([
    expect.stringMatching(
      /^PUBLIC_URL is http:.* passwords and cookies can be read on the way\. Set TLS_CERT/,
    ),
    'SMTP_URL is not set: mails wait in the outbox and are given up after a day',
  ]);
  expect(stderr).toMatch(/^Gatehouse is open at .*\nIts data are in .*\n$/);
  for (const secret of [SECRET, 'marker', PASSWORD]) expect(stdout + stderr).not.toContain(secret);
});
