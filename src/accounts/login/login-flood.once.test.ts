import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import type { Visitor } from '../../testing/visitor.ts';
import { createPasswordHasher, type PasswordHasher } from '../password-hasher.ts';

const BROWSERS = 12;
const AT_ONCE = 48;
const TRIES = 12;
/** Dearer than in other tests: a hash has to take longer than the request around it. */
const COST = 8;

// Some hundred passwords are hashed, one after the other, which takes long on a machine that has much else to do.
vi.setConfig({ testTimeout: 180_000 });
afterAll(() => vi.resetConfig());

let app: TestApp;
let hasher: PasswordHasher;
beforeAll(async () => {
  app = await startTestApp({ TRUST_PROXY: 'loopback', BCRYPT_COST: String(COST) });
  hasher = await createPasswordHasher(COST, { threads: 1 });
  app.context.hasher = hasher;
  for (const name of ['mallory', 'alice']) await addPerson(app.context, name);
});
afterAll(async () => {
  await app.close();
  await hasher.close();
});

/** Logs in from an address, in a new session of a browser. */
async function logIn(name: string, from: string, browser: Visitor, password = PASSWORD): Promise<number> {
  const visit = app.visitor();
  const known = browser.cookies.get('gatehouse-browser');
  if (known) visit.cookies.set('gatehouse-browser', known);
  const headers = { 'x-forwarded-for': from };
  await visit.get(paths.login(), headers);
  const { status } = await visit.post(paths.login(), { username: name, password }, headers);
  for (const [cookie, value] of visit.cookies) browser.cookies.set(cookie, value);
  return status;
}

test.each([
  ['a new browser', () => app.visitor],
  [
    'a browser that the account knows',
    async () => {
      const browser = app.visitor();
      await logIn('alice', '203.0.113.7', browser);
      return () => browser;
    },
  ],
])(
  'a member gets in from another network, in %s, while another sends 48 right passwords at once',
  async (_name, open) => {
    const browserOf = await open();
    const known = Array.from({ length: BROWSERS }, () => app.visitor());
    for (const browser of known) await logIn('mallory', '198.51.100.9', browser);
    let wanted = true;
    const got: number[] = [];
    const flood = Array.from({ length: AT_ONCE }, async (_, number) => {
      const browser = known[number % BROWSERS] as Visitor;
      while (wanted) got.push(await logIn('mallory', '198.51.100.9', browser));
    });
    await expect.poll(() => hasher.load().waiting, { timeout: 60_000 }).toBeGreaterThan(20);

    const statuses: number[] = [];
    for (let number = 0; number < TRIES; number += 1)
      statuses.push(await logIn('alice', '203.0.113.7', browserOf()));
    wanted = false;
    await Promise.all(flood);
    expect(statuses).toEqual(Array.from({ length: TRIES }, () => 303));
    // After a hundred logins of an hour the one who floods is refused, once its password was looked at.
    expect(got.filter((status) => ![303, 429, 503].includes(status))).toEqual([]);
  },
);

test('wrong passwords that are refused are answered one after the other; elsewhere nobody is behind them', async () => {
  const wrong = () => logIn('alice', '198.51.100.9', app.visitor(), 'wrong');
  while ((await wrong()) !== 429);
  const answered: string[] = [];
  const flood = Array.from({ length: 10 }, async () => answered.push(String(await wrong())));
  const another = logIn('alice', '203.0.113.7', app.visitor()).then((status) =>
    answered.push(`another ${status}`),
  );
  await Promise.all([...flood, another]);
  expect(answered).toContain('another 303');
  expect(answered.at(-1)).not.toBe('another 303');
});
