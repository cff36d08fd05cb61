import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readAbout } from '../audit/audit-log.table.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../clock.ts';
import type { Mail } from '../mail/message.ts';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { mailsTo } from '../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { type Answer, alertsOf, type Visitor } from '../testing/visitor.ts';
import { makeToken } from '../tokens.ts';
import { throttleKeyOf } from './login.ts';
import { createThrottles } from './throttles.ts';

let app: TestApp;
let aliceId: number;
beforeAll(async () => {
  app = await startTestApp({ TRUST_PROXY: '1' });
  aliceId = await addPerson(app.context, 'alice');
  await addPerson(app.context, 'bob');
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

/** Logs in from an address, as the one trusted proxy reports it. */
async function logIn(
  username: string,
  password: string,
  address: string,
  visitor = app.visitor(),
): Promise<Answer> {
  await visitor.get(paths.login());
  return visitor.post(paths.login(), { username, password }, { 'x-forwarded-for': address });
}

async function fail(times: number, username: string, address: string, visitor?: Visitor): Promise<number[]> {
  const answers = [];
  for (let time = 0; time < times; time += 1)
    answers.push((await logIn(username, 'wrong', address, visitor)).status);
  return answers;
}

/** A browser that somebody has logged in with and that has no session any more. */
async function knownBrowserOf(username: string): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.logIn(username, PASSWORD);
  visitor.cookies.delete('gatehouse');
  return visitor;
}

async function frozenMails(): Promise<Mail[]> {
  const mails = await mailsTo(app.context, 'alice@example.org');
  return mails.filter(({ message }) => message.subject === 'Many wrong passwords were tried');
}

describe('failed logins', () => {
  test('of one account from one place: the sixth in a minute waits and reads how long (ASVS 6.3.1)', async () => {
    expect(await fail(5, 'alice', '192.0.2.1')).toEqual([422, 422, 422, 422, 422]);
    const answer = await logIn('alice', PASSWORD, '192.0.2.1');
    expect(answer.status).toBe(429);
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(alertsOf(answer.text)[0]).toMatch(
      /^danger: Error: Too many failed logins. Try again in \d+ seconds\.$/,
    );
    expect(answer.text).toContain('value="alice"');
    expect(answer.text).not.toContain(PASSWORD);
  });

  test('are counted without regard to how the name is written', async () => {
    await fail(3, 'alice', '192.0.2.1');
    await fail(2, ' ALICE ', '192.0.2.1');
    expect((await logIn('Alice', PASSWORD, '192.0.2.1')).status).toBe(429);
  });

  test('of a name that nobody has are counted alike', async () => {
    await fail(5, 'nobody-here', '192.0.2.1');
    expect((await logIn('nobody-here', 'wrong', '192.0.2.1')).status).toBe(429);
  });

  test('leave other accounts and other places alone', async () => {
    await fail(5, 'alice', '192.0.2.1');
    expect((await logIn('bob', PASSWORD, '192.0.2.1')).status).toBe(303);
    expect((await logIn('alice', PASSWORD, '192.0.2.2')).status).toBe(303);
  });

  test('are forgiven after a minute', async () => {
    await fail(5, 'alice', '192.0.2.1');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + MINUTE + SECOND });
    expect((await logIn('alice', PASSWORD, '192.0.2.1')).status).toBe(303);
    vi.useRealTimers();
  });

  test('of many accounts from one place: the twenty-first in a minute waits', async () => {
    for (let person = 0; person < 20; person += 1) await fail(1, `person-${person}`, '192.0.2.1');
    expect((await logIn('bob', PASSWORD, '192.0.2.1')).status).toBe(429);
    expect((await logIn('bob', PASSWORD, '192.0.2.2')).status).toBe(303);
  });

  test('from one IPv6 network are one place', async () => {
    await fail(3, 'alice', '2001:db8:1:2:aaaa::1');
    await fail(2, 'alice', '2001:db8:1:2:bbbb::7');
    expect((await logIn('alice', PASSWORD, '2001:db8:1:2:cccc::9')).status).toBe(429);
    expect((await logIn('alice', PASSWORD, '2001:db8:1:3::1')).status).toBe(303);
  });

  test('of a username tell nothing of the e-mail address that belongs to it', async () => {
    await fail(5, 'alice', '192.0.2.1');
    expect((await logIn('alice', PASSWORD, '192.0.2.1')).status).toBe(429);
    expect(await fail(1, 'Alice@Example.org', '192.0.2.1')).toEqual([422]);
  });

  test('of one account from everywhere: the hundredth in a day freezes it, and its member is told once', async () => {
    const known = await knownBrowserOf('alice');
    const stranger = await knownBrowserOf('bob');
    const { login } = createThrottles(app.context.db);
    const account = throttleKeyOf({ id: aliceId });
    for (let place = 0; place < 99; place += 1) {
      const name = place % 2 ? 'alice' : 'alice@example.org';
      expect(await login.take({ login: name, account, network: `198.51.100.${place}` })).toBe(0);
    }
    expect(await frozenMails()).toHaveLength(0);
    expect(await fail(1, 'alice', '203.0.113.1')).toEqual([422]);

    const wait = await login.take({ login: 'alice', account, network: '203.0.113.2' });
    expect(wait).toBeGreaterThan(23 * HOUR);
    expect(wait).toBeLessThanOrEqual(DAY);
    expect((await logIn('alice', PASSWORD, '203.0.113.3')).status).toBe(429);
    expect((await logIn('alice', PASSWORD, '203.0.113.4', stranger)).status).toBe(429);
    expect((await logIn('alice', 'wrong', '203.0.113.5', known)).status).toBe(422);
    expect((await logIn('alice', PASSWORD, '203.0.113.5', known)).status).toBe(303);

    const [mail, ...more] = await frozenMails();
    expect(more).toEqual([]);
    expect(mail?.message.alarm?.path).toMatch(/^\/not-me\/[\w-]{43}$/);
    const history = await readAbout(app.context.db, aliceId, { limit: 100, offset: 0 });
    expect(history.filter(({ action }) => action === 'login.frozen')).toHaveLength(1);
  });

  test('at the same instant do not slip through', async () => {
    const visitors: Visitor[] = Array.from({ length: 12 }, () => app.visitor());
    for (const visitor of visitors) await visitor.get(paths.login());
    const answers = await Promise.all(
      visitors.map((visitor) => visitor.post(paths.login(), { username: 'alice', password: 'wrong' })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(5).fill(422), ...Array(7).fill(429)]);
  });
});

describe('a browser that the account was used with', () => {
  test('lets its member in while a stranger hammers the name from the same place (ASVS 6.3.1)', async () => {
    const known = await knownBrowserOf('alice');
    await fail(5, 'alice', '192.0.2.1');
    expect((await logIn('alice', PASSWORD, '192.0.2.1')).status).toBe(429);
    expect((await logIn('alice', PASSWORD, '192.0.2.1', known)).status).toBe(303);
  });

  test('has a limit of its own: the sixth wrong password in a minute waits, and others do not', async () => {
    const known = await knownBrowserOf('alice');
    expect(await fail(6, 'alice', '192.0.2.1', known)).toEqual([422, 422, 422, 422, 422, 429]);
    expect((await logIn('alice', PASSWORD, '192.0.2.2', known)).status).toBe(429);
    expect((await logIn('alice', PASSWORD, '192.0.2.1')).status).toBe(303);
  });

  test('counts for that account alone', async () => {
    const bobs = await knownBrowserOf('bob');
    await fail(5, 'alice', '192.0.2.1');
    expect((await logIn('alice', PASSWORD, '192.0.2.1', bobs)).status).toBe(429);
  });

  test('cannot be made up, not even by who reads the table', async () => {
    const known = await knownBrowserOf('alice');
    const token = known.cookies.get('gatehouse-browser') ?? '';
    const { token_hash } = await app.context.db('known_browsers').where('user_id', aliceId).first();
    await fail(5, 'alice', '192.0.2.1');
    for (const forged of [makeToken(), token.slice(0, -1), token_hash, '%', 'x'.repeat(4_000)]) {
      const forger = app.visitor();
      forger.cookies.set('gatehouse-browser', forged);
      expect((await logIn('alice', PASSWORD, '192.0.2.1', forger)).status).toBe(429);
    }
  });
});

test('logins that succeed are not counted', async () => {
  for (let time = 0; time < 8; time += 1) {
    expect((await logIn('alice', PASSWORD, '192.0.2.1')).status).toBe(303);
  }
});

test('a fault of the store is not counted', async () => {
  const { hasher } = app.context;
  const verify = vi.spyOn(hasher, 'verify').mockRejectedValue(new Error('the threads are gone'));
  for (let time = 0; time < 6; time += 1)
    expect((await logIn('alice', PASSWORD, '192.0.2.1')).status).toBe(500);
  verify.mockRestore();
  expect((await logIn('alice', PASSWORD, '192.0.2.1')).status).toBe(303);
});

test('the table keeps no name that was typed', async () => {
  await fail(1, 'alice', '192.0.2.1');
  expect(JSON.stringify(await app.context.db('rate_limits').select())).not.toMatch(/alice|192\.0\.2/);
});

describe('new accounts', () => {
  const form = (name: string) => ({
    username: name,
    email: `${name}@example.org`,
    password: PASSWORD,
    password_confirmation: PASSWORD,
  });

  async function register(name: string, more: Record<string, string> = {}): Promise<Answer> {
    const visitor = app.visitor();
    await visitor.get(paths.register());
    return visitor.post(paths.register(), { ...form(name), ...more });
  }

  test('from one place: the twenty-first in an hour waits, with what was typed kept', async () => {
    for (let person = 0; person < 20; person += 1)
      expect((await register(`crowd-${person}`)).status).toBe(303);
    const answer = await register('crowd-20');
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect(alertsOf(answer.text)[0]).toMatch(/^danger: Error: Too many accounts were made from your network/);
    expect(answer.text).toContain('value="crowd-20"');
  });

  test('count only when they come to be: a form with errors does not', async () => {
    for (let time = 0; time < 25; time += 1) {
      expect((await register('alice', { email: `a${time}@example.org` })).status).toBe(422);
    }
    expect((await register('finally')).status).toBe(303);
  });
});

describe('X-Forwarded-For', () => {
  test('counts for nothing without TRUST_PROXY (ASVS 4.1.3)', async () => {
    const plain = await startTestApp();
    await addPerson(plain.context, 'alice');
    const statuses = [];
    for (let time = 0; time < 7; time += 1) {
      const visitor = plain.visitor();
      await visitor.get(paths.login());
      const forged = { 'x-forwarded-for': `192.0.2.${time}` };
      statuses.push(
        (await visitor.post(paths.login(), { username: 'alice', password: 'wrong' }, forged)).status,
      );
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 429]);
    await plain.close();
  });

  test('behind one proxy counts only its last entry, the one that the proxy wrote', async () => {
    const statuses = [];
    for (let time = 0; time < 6; time += 1) {
      statuses.push((await logIn('alice', 'wrong', `10.9.8.${time}, 192.0.2.50`)).status);
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  });
});

test('counts survive a restart and are shared by processes', async () => {
  const attempt = { login: 'alice', account: 'alice', network: '192.0.2.77' };
  const first = createThrottles(app.context.db).login;
  for (let time = 0; time < 5; time += 1) await first.take(attempt);
  const second = createThrottles(app.context.db).login;
  expect(await second.take(attempt)).toBeGreaterThan(0);
});
