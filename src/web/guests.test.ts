import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DOOR_TEXTS } from '../accounts/door-texts.ts';
import { THROTTLE } from '../accounts/throttle-limits.ts';
import { paths } from '../paths.ts';
import { GUEST_SESSIONS, guestNetworks, LONGEST_GUEST_DATA } from '../sessions/guest-sessions.ts';
import { networkColumns } from '../sessions/sessions.table.ts';
import { networksOf } from '../shared/networks.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { bytesIn, bytesOf, everyRow } from '../testing/tables.ts';
import { alertsOf, textOf, Visitor } from '../testing/visitor.ts';
import { DRAFT_BYTES, DRAFTS } from './form-drafts.ts';

const KILOBYTE = 1_000;
const LOGIN_FIRST = [`warning: Warning: ${DOOR_TEXTS.loginFirst}`];

let app: TestApp;
let aliceId: number;
beforeEach(async () => {
  app = await startTestApp({ TRUST_PROXY: '1' });
  aliceId = await addPerson(app.context, 'alice');
});
afterEach(() => app.close());

/** A browser that has never been here, at an address. */
function guestAt(address: string): Visitor {
  return new Visitor(app.url, (url, init) =>
    fetch(url, { ...init, headers: { ...init.headers, 'x-forwarded-for': address } as HeadersInit }),
  );
}

/** What the database holds afterwards that it did not before, in bytes. */
async function left(work: () => Promise<unknown>): Promise<number> {
  const before = await bytesIn(app.context.db);
  await work();
  return (await bytesIn(app.context.db)) - before;
}

async function times(count: number, work: (number: number) => Promise<unknown>): Promise<void> {
  for (let number = 0; number < count; number += 1) await work(number);
}

/** Opens the login page as somebody who has just come, and can log in. */
async function opensFreely(address: string): Promise<void> {
  const guest = guestAt(address);
  await guest.get('/store/laptop');
  expect((await guest.logIn('alice', PASSWORD)).location).toBe('/store/laptop');
}

describe('a guest who only looks', () => {
  test('leaves nothing in the database, however long the address', async () => {
    const guest = guestAt('192.0.2.1');
    const long = `/store?q=${'x'.repeat(12 * KILOBYTE)}`;
    expect(await left(() => times(5, () => guest.get(long)))).toBe(0);
    expect(await left(() => times(5, () => guestAt('192.0.2.1').get('/wp-login.php')))).toBe(0);
    expect(await left(() => guestAt('192.0.2.1').get(paths.apiDocs()))).toBe(0);
  });

  test('is asked to log in first once, on the next page', async () => {
    const guest = guestAt('192.0.2.1');
    const sent = await guest.get('/store/laptop');
    await guest.get('/store/mouse');
    expect(alertsOf((await guest.follow(sent)).text)).toEqual(LOGIN_FIRST);
    expect(alertsOf((await guest.follow(sent)).text)).toEqual([]);
    expect((await guest.logIn('alice', PASSWORD)).location).toBe('/store/mouse');
  });

  test('leaves at most a kilobyte by opening the login form, however the browser calls itself', async () => {
    const headers = { 'user-agent': 'é'.repeat(255) };
    expect(await left(() => guestAt('192.0.2.1').get(paths.login(), headers))).toBeLessThan(KILOBYTE);
    await opensFreely('192.0.2.1');
  });
});

describe('the page to return to', () => {
  const asked = (length: number) => '/store?q='.padEnd(length, 'x');

  test('has up to 512 characters; for a longer one the store opens', async () => {
    const [short, long] = [guestAt('192.0.2.1'), guestAt('192.0.2.1')];
    await short.get(asked(512));
    await long.get(asked(513));
    expect((await short.logIn('alice', PASSWORD)).location).toBe(asked(512));
    expect((await long.logIn('alice', PASSWORD)).location).toBe(paths.store());
  });

  test('is one of this site, whoever wrote the cookie (ASVS 3.7.2)', async () => {
    for (const path of ['//evil.example', 'https://evil.example', '/\\evil.example', '!//evil.example']) {
      const guest = guestAt('192.0.2.1');
      guest.cookies.set('gatehouse-return', encodeURIComponent(path));
      expect((await guest.logIn('alice', PASSWORD)).location).toBe(paths.store());
    }
  });

  test('stands in a cookie that no script reads and no other site sends, and goes at the login', async () => {
    const guest = guestAt('192.0.2.1');
    const sent = await guest.get('/store/laptop');
    expect(sent.headers.getSetCookie().join()).toMatch(/gatehouse-return=.*HttpOnly; SameSite=Lax/);
    await guest.logIn('alice', PASSWORD);
    expect(guest.cookies.get('gatehouse-return')).toBe('');
  });
});

describe('late forms of guests', () => {
  /** As a program sends them that has seen no page: the first in a session of its own, or all in one. */
  const late = (guest: Visitor, size: number) =>
    guest.post(paths.profile(), { _member: String(aliceId), note: 'x'.repeat(size) });

  test('leave at most half a megabyte of one network, in one session or many', async () => {
    const large = 9 * KILOBYTE;
    const most = DRAFTS.points * (DRAFT_BYTES + KILOBYTE);
    const sessions = DRAFTS.points + 30;
    expect(await left(() => times(sessions, () => late(guestAt('192.0.2.1'), large)))).toBeLessThan(most);

    const stale = () => guestAt('192.0.2.1').post(paths.register(), { username: 'x'.repeat(large) });
    expect(await left(() => times(30, stale))).toBeLessThan(30 * KILOBYTE);

    // Elsewhere nothing is noticed.
    const member = guestAt('192.0.2.2');
    await late(member, large);
    expect((await member.logIn('alice', PASSWORD)).location).toBe(paths.interruptedForm());
    await opensFreely('192.0.2.1');
  });

  test('are not kept where their path is too long to come back to', async () => {
    const path = `/store/${'x'.repeat(12 * KILOBYTE)}`;
    const guest = guestAt('192.0.2.1');
    expect(await left(() => guest.post(path, { _member: String(aliceId), note: 'short' }))).toBe(0);
  });
});

describe('what guests send in number', () => {
  const rowsIn = async (table: string) =>
    Number((await app.context.db(table).count({ count: '*' }))[0]?.count);

  /** Asks for a passkey as a browser does, each time in a new session. */
  async function asksForPasskey(address: string): Promise<number> {
    const guest = guestAt(address);
    await guest.get(paths.login());
    return (await guest.post(paths.passkeyChallenge(), { purpose: 'login' })).status;
  }

  test('adds few challenges for passkeys, and 429 tells the rest to wait', async () => {
    const { points } = THROTTLE.passkeyChallenges;
    await times(points, async () => expect(await asksForPasskey('192.0.2.1')).toBe(200));
    await times(10, async () => expect(await asksForPasskey('192.0.2.1')).toBe(429));
    expect(await rowsIn('webauthn_challenges')).toBe(points);
    expect(await asksForPasskey('192.0.2.2')).toBe(200);
    await opensFreely('192.0.2.1');
  });

  test('adds no row for a name that somebody makes up and the network’s limit refuses', async () => {
    const { points } = THROTTLE.perNetwork;
    const makeUp = async (number: number) => {
      const login = { login: `nobody-${number}`, account: `nobody-${number}`, network: '192.0.2.1' };
      return app.context.throttles.login.take(login);
    };
    await times(points, makeUp);
    const rows = await rowsIn('rate_limits');
    // Further ones would wait in the tarpit.
    await times(5, (number) => makeUp(points + number));
    expect(await rowsIn('rate_limits')).toBe(rows);
    await opensFreely('192.0.2.2');
  });

  test('is bounded also with the right password: logins of one network in an hour', async () => {
    const { points } = THROTTLE.logins;
    const network = '2001:db8:1:2::/64';
    await times(points, (userId) => app.context.throttles.logins.take({ userId, network }));
    const refused = await guestAt('2001:db8:1:ff::1').logIn('alice', PASSWORD);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(textOf(refused.text)).toContain('Too many logins from your network.');
    await opensFreely('2001:db8:2::1');
  });
});

test('the log keeps no more rows of one network’s failed logins, also with the right password of a shut account', async () => {
  const { db, throttles } = app.context;
  const failures = async () => Number((await db('audit_log').count({ count: '*' }))[0]?.count);
  await times(THROTTLE.failureRows.points - 2, () => throttles.failureRows.take('192.0.2.1'));
  await db('users').where('id', aliceId).update({ disabled_at: 1 });
  for (const name of ['alice', 'nobody', 'alice', 'nobody'])
    expect((await guestAt('192.0.2.1').logIn(name, PASSWORD)).status).toBe(422);
  expect(await failures()).toBe(2);
  await guestAt('192.0.2.2').logIn('nobody', PASSWORD);
  expect(await failures()).toBe(3);
});

describe('sessions of guests', () => {
  /** Has a network hold so many, the first one opened first. */
  async function fill(address: string, count: number): Promise<void> {
    const { db, clock } = app.context;
    const at = clock();
    const rows = Array.from({ length: count }, (_, number) => ({
      id_hash: `${address} ${number}`,
      created_at: at - count + number,
      last_seen_at: at,
      expires_at: at + 1_000_000,
      ends_at: at + 1_000_000,
      address,
      user_agent: '',
      data: '{"cookie":{}}',
      ...networkColumns(guestNetworks(networksOf(address))),
    }));
    for (let begin = 0; begin < count; begin += 50)
      await db('sessions').insert(rows.slice(begin, begin + 50));
  }

  const count = async (column: string, network: string) =>
    Number((await app.context.db('sessions').where(column, network).count({ count: '*' }))[0]?.count);

  test('of one network are bounded: the oldest make room, and who comes last can log in', async () => {
    const [most] = GUEST_SESSIONS;
    const early = { same: guestAt('192.0.2.1'), other: guestAt('192.0.2.2') };
    await early.same.get(paths.login());
    await early.other.get(paths.login());
    app.passTime(60_000);
    await fill('192.0.2.1', most);
    await times(60, () => guestAt('192.0.2.1').get(paths.login()));
    expect(await count('network', '192.0.2.1')).toBeLessThanOrEqual(most);
    await opensFreely('192.0.2.1');

    const login = { username: 'alice', password: PASSWORD };
    expect((await early.same.post(paths.login(), login)).status).toBe(403);
    expect((await early.other.post(paths.login(), login)).status).toBe(303);
    expect((await guestAt('192.0.2.2').register('bob', PASSWORD)).status).toBe(303);
  });

  test('of an IPv6 network are bounded by the /56 and the /48 around it as well', async () => {
    const [most, middle, wide] = GUEST_SESSIONS;
    const neighbour = guestAt('2001:db8:1:200::1');
    const stranger = guestAt('2001:db8:2::1');
    for (const guest of [neighbour, stranger]) await guest.get(paths.login());
    app.passTime(60_000);
    await fill('2001:db8:1:1::1', most - 1);
    await fill('2001:db8:1:2::1', middle - most);
    await fill('2001:db8:1:3::1', 1);
    await times(30, (number) => guestAt(`2001:db8:1:${number + 4}::1`).get(paths.login()));
    expect(await count('middle_network', '2001:db8:1:0::/56')).toBeLessThanOrEqual(middle);
    await neighbour.logIn('alice', PASSWORD);

    await fill('2001:db8:1:300::1', wide - middle - 1);
    await times(30, (number) => guestAt(`2001:db8:1:40${number % 10}::1`).get(paths.login()));
    expect(await count('wide_network', '2001:db8:1::/48')).toBeLessThanOrEqual(wide);
    expect((await stranger.post(paths.login(), { username: 'alice', password: PASSWORD })).status).toBe(303);
  });
});

describe('all that one network sends in an hour', () => {
  /** The longest that a browser and an address call themselves. */
  const headers = { 'user-agent': 'é'.repeat(255) };
  const address = '2001:0db8:1111:2222:3333:4444:5555:6666';

  /** What the largest row of each table holds, in bytes; 0 where there is none. */
  async function largestRows(): Promise<(...tables: string[]) => number> {
    const largest = new Map<string, number>();
    for (const [table, rows] of await everyRow(app.context.db)) {
      const sizes = rows.map((row) => Object.values(row).reduce<number>((sum, one) => sum + bytesOf(one), 0));
      largest.set(table, Math.max(0, ...sizes));
    }
    return (...tables) => tables.reduce((sum, table) => sum + (largest.get(table) ?? 0), 0);
  }

  test('leaves at most 8 MB, and 10 MB of an IPv6 /48: what is counted, times the largest row', async () => {
    const { throttles } = app.context;
    const guest = guestAt(address);
    await guest.get(paths.login(), headers);
    await guest.post(paths.passkeyChallenge(), { purpose: 'login' }, headers);
    await guest.get(paths.forgotPassword());
    await guest.post(paths.forgotPassword(), { email: 'x'.repeat(50).concat('@example.org') }, headers);
    await guest.get(paths.login());
    await guest.post(paths.login(), { username: 'nobody', password: PASSWORD }, headers);
    const guestRow = (await largestRows())('sessions') + LONGEST_GUEST_DATA;
    await guest.register('x'.repeat(30), PASSWORD);
    await guest.get(paths.login());
    await guest.post(paths.login(), { username: 'alice', password: PASSWORD }, headers);
    await throttles.refreshes.take('x');
    const of = await largestRows();

    /** @param width 0 is an IPv4 address or IPv6 /64, 2 a /48 */
    const sum = (width: 0 | 2) => {
      const times = 2 ** width;
      const minutely = times * THROTTLE.perNetwork.points;
      const mail = of('account_links', 'outbox', 'audit_log', 'rate_limits', 'submitted_forms');
      return [
        GUEST_SESSIONS[width] * guestRow,
        times * DRAFTS.points * (DRAFT_BYTES + KILOBYTE),
        // They live for five minutes, and ten may pass before they are removed.
        15 * times * THROTTLE.passkeyChallenges.points * of('webauthn_challenges'),
        // Counted for a day by the name, and for a minute, with up to ten until they are removed, in three more ways.
        (60 + 3 * 11) * minutely * of('rate_limits'),
        THROTTLE.failureRows.points * of('audit_log'),
        times * THROTTLE.registrations.points * (of('users') + mail),
        times * THROTTLE.resetsPerNetwork.points * (of('reset_requests') + mail),
        THROTTLE.logins.points *
          of('sessions', 'known_browsers', 'known_networks', 'audit_log', 'rate_limits'),
        // Three hashes and three times.
        THROTTLE.refreshesOfNetwork.points * 200,
      ].reduce((all, bytes) => all + bytes);
    };
    expect(sum(0)).toBeLessThan(8_000 * KILOBYTE);
    expect(sum(2)).toBeLessThan(10_000 * KILOBYTE);
  });
});
