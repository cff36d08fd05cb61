import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { USER_COLUMNS } from '../accounts/users.table.ts';
import { createApp } from '../app.ts';
import { cleanUp } from '../jobs/jobs.ts';
import { disableMember } from '../members/access.ts';
import { paths } from '../paths.ts';
import { closeHttpServer, createHttpServer } from '../server/http-server.ts';
import { DAY, HOUR, MINUTE } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { OPS } from '../testing/member-actions.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { sendLate } from '../testing/raw.ts';
import { Visitor } from '../testing/visitor.ts';
import { clientOf } from '../web/client.ts';
import { SessionStore } from './session-store.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

async function signedIn(more: Record<string, string> = {}): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.follow(await visitor.logIn('alice', PASSWORD, more));
  return visitor;
}

function sessionId(visitor: Visitor): string {
  const cookie = decodeURIComponent(visitor.cookies.get('gatehouse') ?? '');
  return cookie.slice(2, cookie.lastIndexOf('.'));
}

function rowOf(visitor: Visitor) {
  const idHash = createHash('sha256').update(sessionId(visitor)).digest('hex');
  return app.context.db('sessions').where('id_hash', idHash).first();
}

async function isIn(visitor: Visitor): Promise<boolean> {
  return (await visitor.get(paths.store())).status === 200;
}

describe('what the table holds', () => {
  test('is the hash of the id, the person, the device and the times', async () => {
    const visitor = await signedIn();
    const row = await rowOf(visitor);
    expect(row).toMatchObject({ address: '127.0.0.1', user_agent: 'node' });
    expect(row.user_id).toBeTypeOf('number');
    expect(row.ends_at - row.created_at).toBe(24 * HOUR);
    expect(row.expires_at - row.last_seen_at).toBe(1 * HOUR);
    expect(JSON.stringify(await app.context.db('sessions').select())).not.toContain(sessionId(visitor));
  });

  test('is nothing for a visitor who only asks for static files and health', async () => {
    const before = await app.context.db('sessions').count({ count: '*' }).first();
    const visitor = app.visitor();
    await visitor.get(paths.alive());
    await visitor.get('/robots.txt');
    expect(await app.context.db('sessions').count({ count: '*' }).first()).toEqual(before);
    expect(visitor.cookies.size).toBe(0);
  });
});

describe('limits (ASVS 7.3.1, 7.3.2)', () => {
  test('end a session after an hour without use', async () => {
    const visitor = await signedIn();
    app.passTime(59 * MINUTE);
    expect(await isIn(visitor)).toBe(true);
    app.passTime(59 * MINUTE);
    expect(await isIn(visitor)).toBe(true);
    app.passTime(61 * MINUTE);
    expect(await isIn(visitor)).toBe(false);
  });

  test('end a session after 24 hours of use', async () => {
    const visitor = await signedIn();
    for (let hours = 0; hours < 23.5; hours += 0.5) {
      app.passTime(HOUR / 2);
      expect(await isIn(visitor)).toBe(true);
    }
    app.passTime(HOUR / 2);
    expect(await isIn(visitor)).toBe(false);
  });

  test('keep a remembered session for 14 days and no longer', async () => {
    const visitor = await signedIn({ remember: '1' });
    app.passTime(13 * DAY);
    expect(await isIn(visitor)).toBe(true);
    app.passTime(23 * HOUR);
    expect(await isIn(visitor)).toBe(true);
    app.passTime(2 * HOUR);
    expect(await isIn(visitor)).toBe(false);
  });
});

describe('writing', () => {
  test.each([
    ['a session', {}],
    ['a remembered session', { remember: '1' }],
  ])('to %s happens at most once a minute on plain page views', async (_kind, more) => {
    const visitor = await signedIn(more as Record<string, string>);
    await visitor.get(paths.store());
    const writes: string[] = [];
    const note = ({ sql }: { sql: string }) => {
      if (!/^(with|select)/i.test(sql)) writes.push(sql);
    };
    app.context.db.on('query', note);
    for (let view = 0; view < 5; view += 1) await visitor.get(paths.store());
    expect(writes).toEqual([]);
    app.passTime(MINUTE);
    await Promise.all(Array.from({ length: 5 }, () => visitor.get(paths.store())));
    await visitor.get(paths.store());
    app.context.db.off('query', note);
    const row = await rowOf(visitor);
    expect(row.last_seen_at).toBeGreaterThan(row.created_at);
    expect(new Set(writes).size).toBe(1);
    expect(writes[0]).toMatch(/^update .sessions. set .last_seen_at/);
  });

  test('does not bring back a session that was ended while a request was on its way', async () => {
    const visitor = await signedIn();
    const id = sessionId(visitor);
    const store = new SessionStore({
      clientOf,
      db: app.context.db,
      clock: app.context.clock,
      owner: { table: 'users', columns: USER_COLUMNS },
      isActive: () => true,
    });
    const data = await promisify(store.get.bind(store))(id);
    const session = store.createSession({ sessionID: id } as Request, data as SessionData);
    await visitor.post(paths.logout());
    session.flash = { info: ['too late'] };
    await promisify(store.set.bind(store))(id, session);
    expect(await promisify(store.get.bind(store))(id)).toBeNull();
  });
});

test('what the database asks to write once more, as when others end sessions at the same instant, is written', async () => {
  let conflicts = 0;
  const db = new Proxy(app.context.db, {
    apply(target, self, args) {
      if (conflicts === 0) return Reflect.apply(target, self, args);
      conflicts -= 1;
      throw Object.assign(new Error('deadlock'), { code: 'ER_LOCK_DEADLOCK' });
    },
  });
  const { clock } = app.context;
  const owner = { table: 'users', columns: USER_COLUMNS };
  const store = new SessionStore({ db, clock, clientOf, owner, isActive: () => true });
  const req = {
    sessionID: 'new',
    headers: {},
    get: () => undefined,
    app: { get: () => false },
  } as unknown as Request;
  const session = store.createSession(req, { cookie: {} } as SessionData);
  for (const note of ['inserted', 'updated']) {
    session.flash = { info: [note] };
    conflicts = 1;
    await promisify(store.set.bind(store))('new', session);
    expect(await promisify(store.get.bind(store))('new')).toMatchObject({ flash: { info: [note] } });
  }
  conflicts = 1;
  await promisify(store.destroy.bind(store))('new');
  expect(await promisify(store.get.bind(store))('new')).toBeNull();
});

describe('the person', () => {
  test('is looked up when the whole request is there: a body that was kept back changes nothing (ASVS 7.4.1)', async () => {
    const visitor = await signedIn();
    const page = await visitor.get(paths.profile());
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const cookie = `gatehouse=${visitor.cookies.get('gatehouse')}`;
    const form = { path: paths.profile(), headers: { cookie, accept: 'text/html' } };
    const fields = { username: 'mallory', _csrf };
    const answer = await sendLate(app.url, { ...form, fields }, async () => {
      await visitor.post(paths.logout());
    });
    expect(answer).toEqual({ status: 303, location: paths.login() });
    expect(await app.context.db('users').where('username', 'mallory')).toEqual([]);
  });

  test('who is disabled is out at the next request, on every device (ASVS 7.4.2)', async () => {
    const id = await addPerson(app.context, 'bob');
    const phone = app.visitor();
    await phone.logIn('bob', PASSWORD);
    const desk = app.visitor();
    await desk.logIn('bob', PASSWORD);
    await disableMember(app.context, OPS, id);
    expect(await isIn(phone)).toBe(false);
    expect(await isIn(desk)).toBe(false);
  });

  test('who is disabled by the column alone is out as well', async () => {
    const id = await addPerson(app.context, 'carol');
    const visitor = app.visitor();
    await visitor.logIn('carol', PASSWORD);
    await app.context.db('users').where({ id }).update({ disabled_at: 1 });
    expect(await isIn(visitor)).toBe(false);
    expect(await app.context.db('sessions').where('user_id', id).select()).toEqual([]);
  });

  test('has the role of this moment (ASVS 8.3.2)', async () => {
    const id = await addPerson(app.context, 'mina');
    const visitor = app.visitor();
    await visitor.follow(await visitor.logIn('mina', PASSWORD));
    expect((await visitor.get(paths.store())).text).not.toContain('moderator');
    await app.context.db('users').where({ id }).update({ role: 'moderator' });
    expect((await visitor.get(paths.store())).text).toContain('moderator');
  });
});

test('another process on the same database honours the session, and its end', async () => {
  const other = createHttpServer(createApp(app.context));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  const here = await signedIn();
  const there = new Visitor(url);
  for (const [name, value] of here.cookies) there.cookies.set(name, value);
  expect(await isIn(there)).toBe(true);
  await here.get(paths.store());
  await here.post(paths.logout());
  expect(await isIn(there)).toBe(false);
  await closeHttpServer(other);
});

test('sweeping removes expired sessions and throttle counts, and nothing else', async () => {
  const { db, clock } = app.context;
  const idle = await signedIn();
  const idleRow = await rowOf(idle);
  app.passTime(2 * HOUR);
  const inUse = await signedIn();
  await db('rate_limits').insert([
    { key: 'over', points: 3, expire: clock() - 1 },
    { key: 'running', points: 3, expire: clock() + HOUR },
  ]);
  await cleanUp(app.context);
  expect(await db('sessions').where('id_hash', idleRow.id_hash).first()).toBeUndefined();
  expect(await isIn(inUse)).toBe(true);
  expect(await db('rate_limits').whereIn('key', ['over', 'running']).pluck('key')).toEqual(['running']);
});
