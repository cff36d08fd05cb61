import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DOOR_TEXTS } from '../accounts/door-texts.ts';
import { startJobs } from '../jobs/jobs.ts';
import { BACKGROUND, createLease } from '../jobs/lease.ts';
import { paths } from '../paths.ts';
import { HOUR, MINUTE } from '../shared/clock.ts';
import { ApiClient } from '../testing/api-client.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type FailingDatabase, openFailingDatabase } from '../testing/cable.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { addPersonalToken } from '../testing/tokens.ts';
import { alertsOf, textOf, type Visitor } from '../testing/visitor.ts';
import { NOTHING_SAVED as ERRORS_NOTHING_SAVED } from './errors.ts';

// A database that can be read and takes no write, as where its disk is full; on SQLite, whose disk is the store's own.

const NOTHING_SAVED = ERRORS_NOTHING_SAVED.title;

let database: FailingDatabase;
let app: TestApp;
let aliceId: number;
let alice: Visitor;
beforeAll(async () => {
  database = await openFailingDatabase();
  app = await startTestApp({}, database);
  aliceId = await addPerson(app.context, 'alice');
});
beforeEach(async () => {
  await database.recover();
  alice = app.visitor();
});
afterAll(async () => {
  await database.recover();
  await app.close();
});

describe('where nothing can be written', () => {
  test('a member reads on, for as long as the session lasts, and its use is written down once there is room', async () => {
    await alice.follow(await alice.logIn('alice', PASSWORD));
    await database.fail();
    for (const minutes of [0, 2, 50]) {
      app.passTime(minutes * MINUTE);
      for (const path of [paths.store(), paths.product('laptop'), paths.account()])
        expect((await alice.get(path)).status).toBe(200);
    }
    await database.recover();
    expect((await alice.get(paths.store())).status).toBe(200);
    app.passTime(50 * MINUTE);
    expect((await alice.get(paths.store())).status).toBe(200);
    await database.fail();
    app.passTime(1 * HOUR + 1);
    expect((await alice.follow(await alice.get(paths.store()))).status).toBe(503);
  });

  test('a member with a message that waits reads on, and the message with each page', async () => {
    const answer = await alice.logIn('alice', PASSWORD);
    await database.fail();
    for (let page = 0; page < 2; page += 1) {
      const { status, text } = await alice.get(answer.location);
      expect([status, alertsOf(text)]).toEqual([200, [`success: Success: ${DOOR_TEXTS.welcome('alice')}`]]);
    }
  });

  test('a member whose account was locked is out all the same', async () => {
    await alice.follow(await alice.logIn('alice', PASSWORD));
    const lock = (at: number | null) =>
      app.context.db('users').where('id', aliceId).update({ disabled_at: at });
    await lock(1);
    await database.fail();
    const answer = await alice.follow(await alice.get(paths.store()));
    expect([answer.status, textOf(answer.text).includes(NOTHING_SAVED)]).toEqual([503, true]);
    await database.recover();
    await lock(null);
  });

  test('who wants to change something, or to log in, is told why it does not work', async () => {
    await alice.follow(await alice.logIn('alice', PASSWORD));
    const guest = app.visitor();
    await database.fail();
    const answers = [
      await guest.get(paths.login()),
      await guest.follow(await guest.get(paths.store())),
      await guest.get(paths.register()),
      await alice.post(paths.logout()),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(textOf(answer.text)).toContain(NOTHING_SAVED);
    }
  });

  test('an app reads on with its token', async () => {
    const token = await addPersonalToken(app.context, aliceId, { scopes: 'products:read' });
    await database.fail();
    app.passTime(2 * MINUTE);
    const program = new ApiClient(app.url);
    program.token = token;
    expect((await program.get('/products')).status).toBe(200);
  });
});

describe('readiness', () => {
  let stop: () => Promise<void>;
  beforeAll(() => {
    const lease = createLease(app.context.db, BACKGROUND);
    stop = startJobs(app.context, lease, { heartbeat: 10, often: 10, seldom: 10 });
  });
  afterAll(() => stop());

  test('says by itself that nothing can be written, and that it can again', async () => {
    const answerOf = async (path: string) => {
      const { status, text } = await alice.get(path);
      return [status, JSON.parse(text)];
    };
    const readOnly = { status: 'read-only', reads: true, writes: false, reason: 'read-only' };
    for (let outage = 0; outage < 2; outage += 1) {
      await expect.poll(() => answerOf(paths.ready())).toEqual([200, { status: 'ok' }]);
      expect(await answerOf(`${paths.ready()}?writes`)).toEqual([200, { status: 'ok' }]);
      await database.fail();
      await expect.poll(() => answerOf(paths.ready())).toEqual([200, readOnly]);
      expect(await answerOf(`${paths.ready()}?writes`)).toEqual([503, readOnly]);
      await database.recover();
    }
  });
});
