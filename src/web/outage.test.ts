import { afterAll, beforeAll, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type FailingDatabase, openFailingDatabase } from '../testing/cable.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { textOf } from '../testing/visitor.ts';
import { TEXTS as ERRORS_TEXTS } from './errors.ts';

let database: FailingDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await openFailingDatabase();
  app = await startTestApp({}, database);
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

test('a database that fails gives 503, the process lives on, and all is well when it is back', async () => {
  const alice = app.visitor();
  await alice.follow(await alice.logIn('alice', PASSWORD));

  for (let outage = 0; outage < 2; outage += 1) {
    await database.fail();
    // Opening the form writes a session, which needs the database whatever it is.
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => app.visitor().logIn('alice', PASSWORD)),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      const sqlite = app.address.dialect === 'sqlite';
      expect(textOf(answer.text)).toContain(sqlite ? 'We can’t save anything' : ERRORS_TEXTS[503].title);
    }
    expect((await app.visitor().get(paths.alive())).status).toBe(200);
    // SQLite can still be read.
    const ready = await app.visitor().get(paths.ready());
    const expected =
      app.address.dialect === 'sqlite' ? [200, '{"status":"ok"}'] : [503, '{"status":"database"}'];
    expect([ready.status, ready.text]).toEqual(expected);

    await database.recover();
    expect((await app.visitor().get(paths.ready())).status).toBe(200);
    expect((await alice.get(paths.store())).status).toBe(200);
    expect((await app.visitor().logIn('alice', PASSWORD)).status).toBe(303);
  }
});
