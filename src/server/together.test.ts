import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { paths } from '../paths.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Program, type Workplace } from '../testing/program.ts';
import { Visitor } from '../testing/visitor.ts';

// Two processes on one database, a SQLite file as well as a server's, started at the same instant on nothing.

let place: Workplace;
let firstTry: PromiseSettledResult<string>[];
let programs: Program[];
let urls: string[];
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
  programs = [place.start(), place.start()];
  firstTry = await Promise.allSettled(programs.map((program) => program.open()));
  // One that gave up is started again, so that what they do together is seen all the same.
  programs = programs.map((program, index) =>
    firstTry[index]?.status === 'rejected' ? place.start() : program,
  );
  urls = await Promise.all(programs.map((program) => program.open()));
});
afterAll(() => place.clear());

/** The same browser, sent to the other process. */
function alsoAt(url: string, visitor: Visitor): Visitor {
  const other = new Visitor(url);
  for (const [name, value] of visitor.cookies) other.cookies.set(name, value);
  return other;
}

test('both start', () => {
  expect(firstTry.filter(({ status }) => status === 'rejected')).toEqual([]);
});

test('they fill the store once', async () => {
  const [first = '', second = ''] = urls;
  const alice = new Visitor(first);
  await alice.register('alice', PASSWORD);
  await alice.logIn('alice', PASSWORD);
  for (const url of [first, second]) {
    expect((await alsoAt(url, alice).get(paths.store())).text).toContain('24 products');
  }
});

test('of the set-up links that they printed one opens, at either', async () => {
  const links = programs.map(({ out }) => /(\/setup\/\S+)/.exec(out.stdout)?.[1] ?? '');
  for (const url of urls) {
    const answers = await Promise.all(links.map((link) => new Visitor(url).get(link)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  }
});

test('a session made at one is honoured by the other, and its logout counts at both', async () => {
  const [first = '', second = ''] = urls;
  const here = new Visitor(first);
  await here.register('bob', PASSWORD);
  await here.follow(await here.logIn('bob', PASSWORD));
  const there = alsoAt(second, here);
  expect((await there.get(paths.store())).status).toBe(200);

  expect((await there.submit(paths.logout())).location).toBe(paths.login());
  for (const url of urls) {
    expect((await alsoAt(url, here).get(paths.store())).location).toBe(paths.login());
  }
});

test('failed logins at one count at the other', async () => {
  const statuses = [];
  for (let time = 0; time < 6; time += 1) {
    statuses.push((await new Visitor(urls[time % 2] ?? '').logIn('carol', 'wrong')).status);
  }
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
});

test('a name that is asked for at both at the same instant goes to one', async () => {
  const visitors = Array.from({ length: 6 }, (_, index) => new Visitor(urls[index % 2] ?? ''));
  const answers = await Promise.all(
    visitors.map((visitor, index) =>
      visitor.submit(paths.register(), {
        username: 'twin',
        email: `twin-${index}@example.org`,
        password: PASSWORD,
        password_confirmation: PASSWORD,
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422, 422, 422, 422]);
});
