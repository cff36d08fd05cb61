import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readAbout, readAllOf } from '../audit/audit-log.table.ts';
import type { Mail } from '../mail/message.ts';
import { paths } from '../paths.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../shared/clock.ts';
import { makeToken } from '../shared/crypto/random-token.ts';
import { ApiClient } from '../testing/api-client.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { mailsTo } from '../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { type Answer, alertsOf, type Visitor } from '../testing/visitor.ts';
import { throttleKeyOf } from './login/login-attempts.ts';
import { createThrottles, type Throttles } from './throttles.ts';

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

async function slowedMails(): Promise<Mail[]> {
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

  test.each([
    ['the address', [5, 0], 'alice@example.org'],
    ['the name', [3, 2], 'alice'],
  ])(
    'under both names are counted together: the right password under %s is taken for wrong',
    async (_which, [name = 0, email = 0], typed) => {
      await fail(name, 'alice', '192.0.2.1');
      await fail(email, 'alice@example.org', '192.0.2.1');
      const refused = await logIn(typed, PASSWORD, '192.0.2.1');
      const unknown = await logIn('nobody@example.org', PASSWORD, '192.0.2.1');
      expect([refused.status, alertsOf(refused.text)]).toEqual([422, alertsOf(unknown.text)]);
      expect((await logIn(typed, PASSWORD, '192.0.2.2')).status).toBe(303);
      const rows = await readAllOf(app.context.db, aliceId);
      const [, unchecked] = rows.sort((one, other) => other.id - one.id);
      expect(unchecked?.personal).toContain('the password was not checked');
    },
  );

  test('of one account from everywhere: after the twentieth of a day strangers wait, and its member is told once', async () => {
    const known = await knownBrowserOf('alice');
    const stranger = await knownBrowserOf('bob');
    const { login } = createThrottles(app.context.db);
    const account = throttleKeyOf({ id: aliceId });
    for (let place = 0; place < 19; place += 1)
      expect(await login.take({ login: 'alice', account, network: `198.51.100.${place}` })).toBe(0);
    expect(await slowedMails()).toHaveLength(0);
    expect(await fail(1, 'alice', '203.0.113.1')).toEqual([422]);

    const refused = await logIn('alice', PASSWORD, '203.0.113.3');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await logIn('alice', PASSWORD, '203.0.113.4', stranger)).status).toBe(429);
    expect((await logIn('alice', 'wrong', '203.0.113.5', known)).status).toBe(422);
    expect((await logIn('alice', PASSWORD, '203.0.113.5', known)).status).toBe(303);

    const [mail, ...more] = await slowedMails();
    expect(more).toEqual([]);
    expect(mail?.message.alarm?.path).toMatch(/^\/not-me\/[\w-]{43}$/);
    const history = await readAbout(app.context.db, aliceId, { limit: 100, offset: 0 });
    expect(history.filter(({ action }) => action === 'login.slowed')).toHaveLength(1);
  });

  test('of strangers double their wait each time, to an hour at most, and so do those of a name that nobody has', async () => {
    const { login } = createThrottles(app.context.db);
    for (const name of ['alice', 'nobody-here']) {
      const attempt = (place: number) => ({ login: name, account: name, network: `198.51.100.${place}` });
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      for (let place = 0; place < 20; place += 1) expect(await login.take(attempt(place))).toBe(0);
      const waits = [];
      for (let place = 20; place < 28; place += 1) {
        const wait = await login.take(attempt(place));
        waits.push(wait / MINUTE);
        vi.setSystemTime(Date.now() + wait);
        expect(await login.take(attempt(place))).toBe(0);
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
      vi.useRealTimers();
    }
  });

  test('that wait leave the right password one try after the wait, which does not make the next one longer', async () => {
    const { login } = createThrottles(app.context.db);
    const account = throttleKeyOf({ id: aliceId });
    for (let place = 0; place < 20; place += 1)
      await login.take({ login: 'alice', account, network: `198.51.100.${place}` });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + MINUTE + SECOND });
    expect((await logIn('alice', PASSWORD, '203.0.113.8')).status).toBe(303);
    expect(await fail(2, 'alice', '203.0.113.9')).toEqual([422, 429]);
    vi.useRealTimers();
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

describe('of IPv6 networks', () => {
  /** Tries made-up names from one /64 after another, until it has to wait. @returns how many were taken */
  async function triesUntilRefused(networkOf: (count: number) => string): Promise<number> {
    const { login } = createThrottles(app.context.db);
    for (let count = 0; count < 200; count += 1) {
      const name = `made-up-${count}`;
      if ((await login.take({ login: name, account: name, network: networkOf(count) })) > 0) return count;
    }
    throw new Error('Every try was taken.');
  }

  const hex = (count: number) => count.toString(16).padStart(2, '0');

  test.each([
    ['a /64', 20, () => '2001:db8:1:a000::/64'],
    ['a /56', 40, (count: number) => `2001:db8:1:a0${hex(count)}::/64`],
    ['a /48', 80, (count: number) => `2001:db8:1:${hex(count)}00::/64`],
  ])(
    '%s has %i failures a minute, and one that is refused leaves no row',
    async (_width, most, networkOf) => {
      expect(await triesUntilRefused(networkOf)).toBe(most);
      const { login } = createThrottles(app.context.db);
      const rows = () => app.context.db('rate_limits').orderBy('key').pluck('key');
      const before = await rows();
      const next = { login: 'next', account: 'next', network: networkOf(most + 1) };
      expect(await login.take(next)).toBeGreaterThan(0);
      expect(await rows()).toEqual(before);
    },
  );

  test('registrations have the same: 40 an hour from a /56', async () => {
    const { registration } = createThrottles(app.context.db);
    for (let count = 0; count < 40; count += 1)
      expect(await registration.take(`2001:db8:1:a0${hex(count)}::/64`)).toBe(0);
    expect(await registration.take('2001:db8:1:a0ff::/64')).toBeGreaterThan(0);
    expect(await registration.take('2001:db8:1:a1ff::/64')).toBe(0);
  });
});

/** Fails a hundred times within a day, five a minute, and looks how long the next ones wait. */
async function failsAHundredTimes(attempt: Parameters<Throttles['login']['take']>[0]): Promise<void> {
  const { login } = createThrottles(app.context.db);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  for (let count = 0; count < 100; count += 1) {
    if (count % 5 === 0) vi.setSystemTime(Date.now() + MINUTE);
    expect(await login.take(attempt)).toBe(0);
  }
  vi.setSystemTime(Date.now() + MINUTE);
  expect(await login.take(attempt)).toBe(0);
  // The limit of a minute is over by then, the second wait of the day is not.
  vi.setSystemTime(Date.now() + MINUTE);
  expect(await login.take(attempt)).toBe(MINUTE);
  vi.useRealTimers();
}

describe('a network that the account was used from', () => {
  const HOME = '192.0.2.44';

  /** Logs in as a program does: without a cookie. */
  const logInByApi = (address: string, password = PASSWORD, username = 'alice') =>
    new ApiClient(app.url).post(
      '/login',
      { username, password },
      { headers: { 'x-forwarded-for': address } },
    );

  async function failEverywhere(): Promise<void> {
    for (let place = 0; place < 100; place += 1) await logInByApi(`198.51.100.${place}`, 'wrong');
  }

  test('lets programs and new browsers in while a hundred addresses try wrong passwords', async () => {
    expect((await logInByApi(HOME)).status).toBe(200);
    await failEverywhere();
    expect((await logInByApi(HOME)).status).toBe(200);
    expect((await logIn('alice', PASSWORD, HOME)).status).toBe(303);
    const elsewhere = await logInByApi('192.0.2.45');
    expect([elsewhere.status, Number(elsewhere.headers.get('retry-after')) <= HOUR / SECOND]).toEqual([
      429,
      true,
    ]);
  });

  test('is known for 90 days, to that account alone, and the table does not say which it is', async () => {
    await logInByApi(HOME);
    await failEverywhere();
    const isRefused = async (days: number) => {
      app.passTime(days * DAY);
      return (await logInByApi(HOME, 'wrong')).status === 429;
    };
    expect([await isRefused(89), await isRefused(2)]).toEqual([false, true]);
    for (let time = 0; time < 20; time += 1) await logInByApi(`198.51.100.${time}`, 'wrong', 'bob');
    expect((await logInByApi(HOME, PASSWORD, 'bob')).status).toBe(429);
    expect(JSON.stringify(await app.context.db('known_networks').select())).not.toContain(HOME);
  });

  test('has a limit of its own, which is none of the known browser', async () => {
    const known = await knownBrowserOf('alice');
    await logInByApi(HOME);
    expect(await fail(6, 'alice', HOME)).toEqual([422, 422, 422, 422, 422, 429]);
    expect((await logIn('alice', PASSWORD, HOME, known)).status).toBe(303);
  });

  test('waits as well once a hundred have failed there within a day, an hour at most', () =>
    failsAHundredTimes({ login: 'alice', account: 'a', network: HOME, networkIsKnown: true }));
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

  test('waits as well once a hundred have failed there within a day, an hour at most', () =>
    failsAHundredTimes({ login: 'alice', account: 'a', network: '192.0.2.1', knownBrowser: 'hers' }));

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

describe('right passwords that open nothing', () => {
  const rowsOf = async (action: string) =>
    Number((await app.context.db('audit_log').where({ action }).count({ count: '*' }))[0]?.count);

  test('as the account is closed wait like wrong ones, and the log does not grow', async () => {
    await addPerson(app.context, 'rita');
    await app.context.db('users').where('username', 'rita').update({ closing_at: 1 });
    const before = await rowsOf('login.failed');
    const statuses: number[] = [];
    for (let time = 0; time < 8; time += 1)
      statuses.push((await app.visitor().logIn('rita', PASSWORD)).status);
    expect(statuses).toEqual([...Array(5).fill(422), ...Array(3).fill(429)]);
    expect(await rowsOf('login.failed')).toBe(before + 5);
  });

  test('as the second factor is missing take places of the logins, and the log says how many more there were', async () => {
    const userId = await addPerson(app.context, 'sven');
    await app.context.db('users').where('username', 'sven').update({ two_factor_since: 1 });
    const { logins } = app.context.throttles;
    const places = Array.from({ length: 98 }, () => logins.take({ userId, network: '127.0.0.1' }));
    expect((await Promise.all(places)).every((wait) => wait === 0)).toBe(true);
    const program = new ApiClient(app.url);
    const logIn = async (code?: string) =>
      (await program.post('/login', { username: 'sven', password: PASSWORD, ...(code ? { code } : {}) }))
        .status;
    expect([await logIn(), (await app.visitor().logIn('sven', PASSWORD)).status]).toEqual([401, 303]);
    const rows = await rowsOf('login.second-factor-required');
    expect([
      await logIn(),
      await logIn('000000'),
      (await app.visitor().logIn('sven', PASSWORD)).status,
    ]).toEqual([429, 429, 429]);
    expect(await rowsOf('login.second-factor-required')).toBe(rows);
    const count = await app.context
      .db('event_counts')
      .where({ user_id: userId, action: 'login.throttled' })
      .first();
    expect(count.gathered).toBe(3);
  });
});

test('logins and refreshes of one member use up none of those of others in the network', async () => {
  const { logins, refreshesOfNetwork } = createThrottles(app.context.db);
  for (const limit of [logins, refreshesOfNetwork]) {
    const attempts = Array.from({ length: 700 }, () => limit.take({ userId: 1, network: '192.0.2.1' }));
    expect((await Promise.all(attempts)).some((wait) => wait > 0)).toBe(true);
    expect(await limit.take({ userId: 2, network: '192.0.2.1' })).toBe(0);
    expect(await limit.take({ userId: 1, network: '192.0.2.2' })).toBe(0);
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
    expect(alertsOf(answer.text)[0]).toMatch(/^danger: Error: Too many registrations from your network/);
    expect(answer.text).toContain('value="crowd-20"');
  });

  test('count when they come to be: a form with errors does not', async () => {
    for (let time = 0; time < 25; time += 1) {
      expect((await register(`new-${time}`, { password: 'short' })).status).toBe(422);
    }
    expect((await register('finally')).status).toBe(303);
  });

  test('answers that a name or an address is taken count as well, over page, session API and API (ASVS 6.3.8)', async () => {
    const program = new ApiClient(app.url);
    const ways = [
      async (fields: object) => (await register('alice', { ...fields })).status,
      async (fields: object) =>
        (await program.post('/users', { ...form('alice'), password_confirmation: undefined, ...fields }))
          .status,
      async (fields: object) => {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ ...form('alice'), ...fields });
        return (await fetch(`${app.url}/auth/register`, { method: 'POST', headers, body })).status;
      },
    ];
    const answers = [];
    for (let time = 0; time < 24; time += 1) {
      const probe = time % 2 ? { username: `new-${time}` } : { email: `new-${time}@example.org` };
      answers.push(await ways[time % 3]?.(probe));
    }
    const [page, api, session] = [422, 422, 409];
    expect(answers).toEqual([
      ...Array.from({ length: 20 }, (_, time) => [page, api, session][time % 3]),
      429,
      429,
      429,
      429,
    ]);
    const free = await register('nobody-has-this');
    expect([free.status, Number(free.headers.get('retry-after')) > 3_500]).toEqual([429, true]);
  });

  test('so do those that a member gets who wants another name', async () => {
    const bob = app.visitor();
    await bob.logIn('bob', PASSWORD);
    const change = () => bob.submit(paths.profile(), { username: 'alice' });
    for (let time = 0; time < 20; time += 1) expect((await change()).status).toBe(422);
    expect((await change()).status).toBe(429);
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
