import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findUser, insertUser, type User } from '../../accounts/users.table.ts';
import { personalOf } from '../../audit/audit.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { exportMembers } from '../../members/member-export.ts';
import { readMemberFilters } from '../../members/member-filters.ts';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { newBrowserAt } from '../../testing/account-context.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { textOf, type Visitor } from '../../testing/visitor.ts';

let app: TestApp;
let ana: Visitor;
let anaId: number;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
  ({ id: anaId } = await app.context.db('users').where('username', 'ana').first('id'));
  for (const [username, email] of [
    ['bob', '+1@example.org'],
    ['carol', '-cmd@example.org'],
    ['--dave', "o'hara@example.org"],
  ] as const) {
    const names = { username, email, passwordHash: '-', role: 'user' as const };
    await insertUser(app.context.db, { ...names, createdAt: app.context.clock(), approvedAt: 1 });
  }
});
afterAll(() => app.close());

const linesOf = (text: string) => text.replace('\uFEFF', '').trimEnd().split('\r\n');
const exportsBy = async (id: number) =>
  (await readAllOf(app.context.db, id)).filter(({ action }) => action === 'members.exported');

test('the page tells who will be in the file, and the form sends just that', async () => {
  const { text } = await ana.get(`${paths.exportMembers()}?role=user&q=example&sort=name&state=nonsense`);
  expect(textOf(text)).toContain('Who Users, matching “example”');
  expect(textOf(text)).toContain('How many 3');
  expect(textOf(text)).toContain('Number, Username, E-mail address');
  expect(text.match(/<input type="hidden" name="(?!_|from|form_key)[^>]*>/g)).toEqual([
    '<input type="hidden" name="q" value="example">',
    '<input type="hidden" name="role" value="user">',
    '<input type="hidden" name="sort" value="name">',
  ]);
  expect(text).toContain(`href="${paths.adminMembers()}?q=example&amp;role=user&amp;sort=name"`);
});

test('the file holds whom the list shows, in its order, and no formulas (CSV injection)', async () => {
  const answer = await ana.post(paths.exportMembers(), { role: 'user', sort: 'name' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toMatch(
    /^attachment; filename="?members-\d{4}-\d\d-\d\d\.csv"?$/,
  );
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const [header, ...lines] = linesOf(answer.text);
  expect(header).toBe(
    'Number,Username,E-mail address,Role,State,Joined,E-mail address confirmed,Two-factor since',
  );
  expect(lines.map((line) => line.split(',').slice(1, 5).join())).toEqual([
    "'--dave,o'hara@example.org,user,active",
    "bob,'+1@example.org,user,active",
    "carol,'-cmd@example.org,user,active",
  ]);
  expect(lines[0]?.split(',').slice(5)).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), '', '']);
});

test('that it was taken is written down, with what was in it and without a name that was searched for', async () => {
  const before = await exportsBy(anaId);
  await ana.post(paths.exportMembers(), { role: 'moderator', q: 'bob@example.org' });
  const rows = await exportsBy(anaId);
  expect(rows).toHaveLength(before.length + 1);
  const [row] = rows.slice(-1);
  expect(row).toMatchObject({ actorKind: 'member', actorId: anaId, subjectId: null });
  expect(personalOf(row as never)).toMatchObject({
    address: '127.0.0.1',
    details: { filters: 'Moderators, matching a search' },
  });
  // It is nobody's own row, so what it told of bob would stay when he is erased.
  expect(row?.personal).not.toContain('bob');
});

test('looking at the page takes nothing', async () => {
  const before = await exportsBy(anaId);
  await ana.get(paths.exportMembers());
  expect(await exportsBy(anaId)).toHaveLength(before.length);
});

test('nonsense in the form is all members, like in the list', async () => {
  const fields = {
    role: 'king',
    state: '[]',
    sort: 'best',
    verified: '1',
    email_verified_at: '1',
    limit: '1',
  };
  expect(linesOf((await ana.post(paths.exportMembers(), fields)).text)).toHaveLength(5);
});

test('more than fit into one batch are all there, once', async () => {
  const rows = Array.from({ length: 2_100 }, (_, index) => ({
    username: `judy-${index}`,
    username_key: `judy-${index}`,
    email: `judy-${index}@example.org`,
    email_key: `judy-${index}@example.org`,
    password_hash: '-',
    role: 'moderator',
    // Many at the same instant.
    created_at: 1_000 + (index % 3),
    approved_at: 1,
  }));
  for (let from = 0; from < rows.length; from += 500) {
    await app.context.db('users').insert(rows.slice(from, from + 500));
  }
  for (const sort of ['newest', 'name-desc']) {
    const lines = linesOf((await ana.post(paths.exportMembers(), { role: 'moderator', sort })).text).slice(1);
    expect(lines).toHaveLength(2_100);
    expect(new Set(lines.map((line) => line.split(',')[1])).size).toBe(2_100);
  }
  await app.context.db('users').where('role', 'moderator').delete();
});

describe('whoever may not', () => {
  test('gets no page and no file, and the try is written down (ASVS 8.2.1, 16.3.1)', async () => {
    const mina = await signIn(app, 'mod-mina', 'moderator');
    expect((await mina.get(paths.exportMembers())).status).toBe(403);
    const refused = await mina.submit(paths.exportMembers(), { role: 'user' });
    expect(refused.status).toBe(403);
    expect(refused.text).not.toContain('bob');
    const { id } = await app.context.db('users').where('username', 'mod-mina').first('id');
    const actions = (await readAllOf(app.context.db, id)).map(({ action }) => action);
    expect(actions).toContain('access.denied');
    expect(actions).not.toContain('members.exported');
  });

  test('is refused by the rule as well', async () => {
    const id = await addPerson(app.context, 'mod-max', 'moderator');
    const max = (await findUser(app.context.db, id)) as User;
    const filters = readMemberFilters({}, 'open');
    const outcome = await exportMembers(app.context, max, newBrowserAt('192.0.2.1'), filters);
    expect(outcome).toEqual({ ok: false, problem: 'not-allowed' });
    expect(await exportsBy(id)).toEqual([]);
  });
});

test('who logged in a while ago confirms it first, and finds the same choice again (ASVS 7.5.3)', async () => {
  app.passTime(6 * MINUTE);
  const before = await exportsBy(anaId);
  const asked = await ana.post(paths.exportMembers(), { role: 'user', q: 'example' });
  expect(asked.location).toBe(paths.recentLogin());
  expect(await exportsBy(anaId)).toHaveLength(before.length);
  const back = await ana.submit(paths.recentLogin(), { password: PASSWORD });
  expect(textOf((await ana.follow(back)).text)).toContain('Who Users, matching “example”');
  app.passTime(6 * MINUTE);
  const query = '?role=admin';
  expect((await ana.get(paths.exportMembers() + query)).location).toBe(paths.recentLogin());
  const again = await ana.submit(paths.recentLogin(), { password: PASSWORD });
  expect(again.location).toBe(paths.exportMembers() + query);
});
