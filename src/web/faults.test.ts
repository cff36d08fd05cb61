import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dialectOf } from '../database/dialect.ts';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { PASSWORD, signIn } from '../testing/people.ts';
import type { Answer, Visitor } from '../testing/visitor.ts';

// A fault of ours: the page says nothing of it, the log says what went wrong but nothing that is secret.

let app: TestApp;
let alice: Visitor;
beforeAll(async () => {
  app = await startTestApp();
  alice = await signIn(app, 'alice');
});
afterAll(() => app.close());

/** Runs something while a column of a table has another name, so that queries of it fail. */
async function without<T>(table: string, column: string, run: () => Promise<T>): Promise<T> {
  const rename = (from: string, to: string) =>
    app.context.db.schema.alterTable(table, (change) => change.renameColumn(from, to));
  await rename(column, 'elsewhere');
  try {
    return await run();
  } finally {
    await rename('elsewhere', column);
  }
}

/** Makes the database itself refuse a user of one name. */
async function refuseMarkedUsers(): Promise<void> {
  const { db } = app.context;
  const isMarked = "username_key = 'marker-of-a-row'";
  if (dialectOf(db) === 'sqlite') {
    await db.raw(
      `create trigger refused before insert on users when new.${isMarked} begin select raise(abort, 'no'); end`,
    );
  } else await db.raw(`alter table users add constraint refused check (not (${isMarked}))`);
}

const lineOf = (answer: Answer) =>
  app.log.find((line) => JSON.parse(line).id === answer.headers.get('x-request-id')) ?? '';

describe('a fault of the database', () => {
  test('is a page that shows nothing of it, and a line in the log that does', async () => {
    const answer = await without('products', 'unit', () => alice.get(`${paths.store()}?q=anything`));
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/select|products\.|unit|SQLITE|column|\.ts|node_modules/);
    expect(answer.text).toContain('The fault is ours');
    const line = JSON.parse(lineOf(answer));
    expect(line).toMatchObject({ level: 50, status: 500, route: paths.store(), method: 'GET' });
    expect(line.err.message).toMatch(/unit/);
    expect(line.err.stack).toMatch(/\n {4}at /);
  });

  test('is over when it is mended', async () => {
    expect((await alice.get(paths.store())).status).toBe(200);
  });

  test('leaves what people searched for out of the log', async () => {
    const answer = await without('products', 'unit', () =>
      alice.get(`${paths.store()}?q=marker-of-a-search`),
    );
    expect(answer.status).toBe(500);
    expect(lineOf(answer)).not.toContain('marker-of-a-search');
  });

  test('leaves password hashes and addresses out of the log', async () => {
    const visitor = app.visitor();
    const answer = await without('users', 'created_at', () => visitor.register('marker-of-a-name', PASSWORD));
    expect(answer.status).toBe(500);
    expect(lineOf(answer)).not.toMatch(/\$2b\$|marker-of-a-name/);
    expect(lineOf(answer)).not.toContain(PASSWORD);
  });

  test('leaves the row that it refused out of the log', async () => {
    await refuseMarkedUsers();
    const answer = await app.visitor().register('marker-of-a-row', PASSWORD);
    expect(answer.status).toBe(500);
    expect(lineOf(answer)).not.toMatch(/\$2b\$|marker-of-a-row@/);
  });

  test('leaves what a session holds out of the log', async () => {
    const guest = app.visitor();
    const late = { _member: '1', note: 'marker-of-a-note' };
    const answer = await without('sessions', 'user_agent', () => guest.post(paths.profile(), late));
    expect(answer.status).toBe(500);
    expect(lineOf(answer)).not.toMatch(/marker-of-a-note|csrfSecret|interrupted/);
  });

  test('leaves the name that somebody tried to log in with out of the log: it may be a password', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    const answer = await without('users', 'password_hash', () =>
      visitor.post(paths.login(), { username: 'marker-of-a-password', password: 'x' }),
    );
    expect(answer.status).toBe(500);
    expect(lineOf(answer)).not.toContain('marker-of-a-password');
  });
});

test('a login that failed by a fault of ours does not count as an attempt', async () => {
  await app.context.db('rate_limits').delete();
  const visitor = app.visitor();
  for (let time = 0; time < 7; time += 1) {
    const answer = await without('users', 'password_hash', () => visitor.logIn('alice', PASSWORD));
    expect(answer.status).toBe(500);
  }
  expect((await visitor.logIn('alice', PASSWORD)).status).toBe(303);
});
