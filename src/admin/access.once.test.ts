import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { personalOf } from '../audit/audit.ts';
import { readAllOf } from '../audit/audit-log.table.ts';
import { paths } from '../paths.ts';
import { ROLES, type Role } from '../permissions.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { signIn } from '../testing/people.ts';
import { filled, type Route, routesOf } from '../testing/routes.ts';
import type { Visitor } from '../testing/visitor.ts';

// The table of docs/security.md, row by row, against every route of the back office.

interface Row extends Route {
  /** Who may, by role. */
  may: Record<Role, boolean>;
}

const ROW = /^\| `(GET|POST) (\/admin\S*)` \|[^|]*\| (yes|no) \| (yes|no) \| (yes|no) \|$/gm;

const text = readFileSync(join(PROJECT_FOLDER, 'docs/security.md'), 'utf8');
const table: Row[] = [...text.matchAll(ROW)].map(([, method = '', path = '', ...cells]) => ({
  method,
  path,
  may: Object.fromEntries(ROLES.map((role, index) => [role, cells[index] === 'yes'])) as Row['may'],
}));

let app: TestApp;
const people = {} as Record<Role, Visitor>;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  people.user = await signIn(app, 'alice');
  people.moderator = await signIn(app, 'mod-mina', 'moderator');
  people.admin = await signIn(app, 'ana', 'admin');
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const ask = (visitor: Visitor, { method, path }: Route) =>
  method === 'POST' ? visitor.post(filled(path)) : visitor.get(filled(path));

test('the table of roles has every route of the back office, and no other', () => {
  const routes = routesOf(createApp(app.context)).filter(({ path }) => path.startsWith(paths.admin()));
  expect(table.length).toBeGreaterThan(20);
  expect(table.map(nameOf).sort()).toEqual(routes.map(nameOf).sort());
});

test.each(ROLES)('%s may do what the table says and nothing else (ASVS 8.2.1)', async (role) => {
  for (const row of table) {
    await people[role].get(paths.account());
    const { status } = await ask(people[role], row);
    expect([nameOf(row), status < 500, status !== 403]).toEqual([nameOf(row), true, row.may[role]]);
  }
});

test('outside the back office every member may open every page', async () => {
  const outside = routesOf(createApp(app.context)).filter(
    // The session API tells admins who the members are; its own test asks it as every role.
    ({ method, path }) =>
      method === 'GET' && ![paths.admin(), paths.sessionApi()].some((other) => path.startsWith(other)),
  );
  for (const route of outside) {
    for (const role of ROLES) {
      const { status } = await ask(people[role], route);
      expect([role, nameOf(route), status]).not.toEqual([role, nameOf(route), 403]);
    }
  }
});

test('a moderator who posts what is for admins leaves a row in the audit log (ASVS 16.3.1)', async () => {
  const { id } = await app.context.db('users').where('username', 'mod-mina').first('id');
  for (const row of table.filter(({ method, may }) => method === 'POST' && !may.moderator)) {
    for (const counts of ['rate_limits', 'event_counts']) await app.context.db(counts).delete();
    await people.moderator.get(paths.account());
    expect((await ask(people.moderator, row)).status).toBe(403);
    const denial = (await readAllOf(app.context.db, id)).at(-1);
    expect(denial).toMatchObject({ action: 'access.denied', actorId: id, subjectId: id });
    expect(denial && personalOf(denial).details).toEqual({ method: 'POST', path: filled(row.path) });
  }
});

test('who goes on trying fills no log: twenty rows an hour', async () => {
  const { id } = await app.context.db('users').where('username', 'alice').first('id');
  await people.user.get(paths.account());
  const count = async () => (await readAllOf(app.context.db, id)).length;
  const before = await count();
  for (let time = 0; time < 25; time += 1) {
    expect((await people.user.post(paths.settings())).status).toBe(403);
  }
  expect((await count()) - before).toBe(20);
});
