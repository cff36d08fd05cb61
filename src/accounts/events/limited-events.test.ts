import { afterAll, beforeAll, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import type { AuditRow } from '../../audit/audit-log.table.ts';
import { paths } from '../../paths.ts';
import { HOUR } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { textOf } from '../../testing/visitor.ts';
import { tellGathered } from './gathered-events.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const rowsOf = (action: string, subjectId: number | null): Promise<AuditRow[]> =>
  app.context.db('audit_log').where({ action, subject_id: subjectId }).orderBy('id').select();
const detailsOf = (row: AuditRow | undefined) => row && personalOf(row).details;
const wrong = (name: string) => app.visitor().logIn(name, 'Wrong-over-7-gates!');

test('of more than twenty denials in an hour one row says how many more there were', async () => {
  const alice = await signIn(app, 'alice');
  const { id } = await app.context.db('users').where('username', 'alice').first('id');
  await alice.get(paths.account());
  for (let index = 0; index < 25; index += 1) expect((await alice.post(paths.settings())).status).toBe(403);
  expect(await rowsOf('access.denied', id)).toHaveLength(20);
  await tellGathered(app.context);
  expect(await rowsOf('access.denied', id)).toHaveLength(20);

  app.passTime(HOUR);
  await Promise.all([tellGathered(app.context), tellGathered(app.context)]);
  const rows = await rowsOf('access.denied', id);
  expect(rows).toHaveLength(21);
  const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  expect(detailsOf(rows.at(-1))).toEqual({ more: 5, since });
  await alice.logIn('alice', PASSWORD);
  await alice.get(paths.account());
  expect(textOf((await alice.get(paths.activity())).text)).toContain(
    'Something that is not open to this account was tried 5 more times within an hour.',
  );
  await alice.post(paths.settings());
  expect(await rowsOf('access.denied', id)).toHaveLength(22);
});

test('logins that a throttle refused are one row an hour, for an account and for names that nobody has', async () => {
  const id = await addPerson(app.context, 'bob');
  for (let index = 0; index < 8; index += 1) await wrong('bob');
  for (let index = 0; index < 9; index += 1) await wrong('no-bob');
  const program = new ApiClient(app.url);
  expect((await program.post('/login', { username: 'bob', password: PASSWORD })).status).toBe(429);
  await tellGathered(app.context);
  expect(await rowsOf('login.throttled', id)).toEqual([]);

  app.passTime(HOUR);
  await tellGathered(app.context);
  const [row, ...more] = await rowsOf('login.throttled', id);
  expect(more).toEqual([]);
  expect([row && 'actor_kind' in row && row.actor_kind, detailsOf(row)]).toEqual([
    'guest',
    { more: 4, since: expect.any(String) },
  ]);
  const [nobodys] = await rowsOf('login.throttled', null);
  expect(detailsOf(nobodys)).toEqual({ more: 4, since: expect.any(String) });
});

test('many at the same instant are all counted', async () => {
  const carol = await signIn(app, 'carol');
  const { id } = await app.context.db('users').where('username', 'carol').first('id');
  await carol.get(paths.account());
  await Promise.all(Array.from({ length: 30 }, () => carol.post(paths.settings())));
  app.passTime(HOUR);
  await tellGathered(app.context);
  const rows = await rowsOf('access.denied', id);
  expect([rows.length, detailsOf(rows.at(-1))?.more]).toEqual([21, 10]);
});
