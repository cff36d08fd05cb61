import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertUser } from '../accounts/users.table.ts';
import { personalOf } from '../audit/audit.ts';
import { verifyChain } from '../audit/audit-chain.ts';
import type { Role } from '../permissions.ts';
import { DAY } from '../shared/clock.ts';
import { hashToken } from '../shared/crypto/random-token.ts';
import { readAfter } from '../testing/audit.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { countFound, findTaskPage, findTasks, readTaskFilters } from './task-list.ts';
import { findTask, type Show, type Task } from './tasks.table.ts';
import { type Actor, addTask, deleteTask, type TaskContext, updateTask } from './tasks.ts';

const TODAY = Date.UTC(2026, 10, 20, 23, 30);
const client = { address: '192.0.2.7', userAgent: 'Test' };

let database: TestDatabase;
let context: TaskContext;
let now = TODAY;
let mina: Actor;
let ana: Actor;
let alice: Actor;

async function addUser(username: string, role: Role): Promise<Actor> {
  const id = await insertUser(database.db, {
    username,
    email: `${username}@example.org`,
    passwordHash: '!',
    role,
    createdAt: TODAY,
    approvedAt: TODAY,
  });
  return { id: id as number, role, client };
}

beforeAll(async () => {
  database = await openTestDatabase();
  context = { db: database.db, clock: () => now };
  mina = await addUser('mod-mina', 'moderator');
  ana = await addUser('ana', 'admin');
  alice = await addUser('alice', 'user');
});
afterAll(() => database.drop());
beforeEach(async () => {
  now = TODAY;
  await database.db('tasks').delete();
});

async function added(title: string, input: Record<string, unknown> = {}): Promise<number> {
  const outcome = await addTask(context, mina, { title, ...input });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.id;
}

const found = async (id: number) => (await findTask(context.db, id)) as Task;
const complete = (actor: Actor, id: number) => updateTask(context, actor, id, { done: true });
const reopen = (actor: Actor, id: number) => updateTask(context, actor, id, { done: false });
const titles = async (show: Show, page = 1, more = {}) =>
  (await findTaskPage(context, ana.id, { show, page, q: '', ...more })).tasks.map(({ title }) => title);

/** What the audit log says of a task, oldest first. */
async function auditOf(id: number) {
  const rows = await readAfter(context.db, 0, 10_000);
  return rows
    .map((row) => ({ action: row.action, actorId: row.actorId, ...personalOf(row) }))
    .filter(({ details }) => details?.task === id);
}

describe('the list', () => {
  test('has what is overdue first, then by the day, without a day last, then newest; done ones by when', async () => {
    await added('some day, older');
    await added('in a week', { due_on: '2026-11-27' });
    await added('today', { due_on: '2026-11-20' });
    await added('long overdue', { due_on: '2025-12-31' });
    await added('overdue', { due_on: '2026-11-19' });
    await added('some day, newer');
    const [first, second] = [await added('first done', { due_on: '2026-11-01' }), await added('second done')];
    now += 1;
    await complete(ana, first);
    now += 1;
    await complete(ana, second);
    await deleteTask(
      context,
      ana,
      await added('deleted', { due_on: '2026-11-01', assignee_id: String(ana.id) }),
    );

    const open = ['long overdue', 'overdue', 'today', 'in a week', 'some day, newer', 'some day, older'];
    expect(await titles('open')).toEqual(open);
    expect(await titles('overdue')).toEqual(['long overdue', 'overdue']);
    expect(await titles('done')).toEqual(['second done', 'first done']);
    expect(await titles('all')).toEqual([...open, 'second done', 'first done']);
  });

  test('is gone through from place to place, in the same order, also while tasks are added', async () => {
    for (const day of ['2026-11-27', '2026-11-20', '2026-11-27', undefined, undefined, '2025-12-31']) {
      await added(`due ${day}`, day ? { due_on: day } : {});
    }
    for (const title of ['first done', 'second done']) await complete(ana, await added(title));
    const idsOf = (tasks: Task[]) => tasks.map(({ id }) => id);
    for (const show of ['open', 'done', 'all'] as const) {
      const whole = idsOf((await findTaskPage(context, ana.id, { show, page: 1, q: '' })).tasks);
      const found: Task[] = [];
      for (let step = 0; step < whole.length; step += 1) {
        found.push(...(await findTasks(context, ana.id, { show }, { after: found.at(-1), limit: 1 })));
        // What stands before the place is not met any more.
        if (show === 'open' && step === 1) await added('new', { due_on: '2025-01-01' });
      }
      expect([show, idsOf(found)]).toEqual([show, whole]);
    }
  });

  test('counts what each filter has; a day is over at midnight in UTC', async () => {
    await added('mine', { assignee_id: String(ana.id), due_on: '2026-11-20' });
    await added('of mina', { assignee_id: String(mina.id), due_on: '2026-11-19' });
    const done = await added('done', { assignee_id: String(ana.id), due_on: '2026-11-19' });
    await complete(mina, done);
    const count = (show: Show) => countFound(context, ana.id, { show });
    expect([await count('open'), await count('mine'), await count('overdue')]).toEqual([2, 1, 1]);
    now = TODAY + DAY / 24;
    expect([await count('open'), await count('mine'), await count('overdue')]).toEqual([2, 1, 2]);
    const { counts, today } = await findTaskPage(context, mina.id, readTaskFilters({}));
    expect([counts, today]).toEqual([{ open: 2, mine: 1, overdue: 2, done: 1, all: 3 }, '2026-11-21']);
  });

  test('finds words in title and note, in any case and order, and whose tasks they are', async () => {
    await added('Order 100 % wool', { note: 'from Ångström & Söhne', assignee_id: String(mina.id) });
    await added('Order 1000 pens', { assignee_id: String(ana.id) });
    await complete(ana, await added('Order ink'));
    const found = (q: string, more = {}) => titles('open', 1, { q, ...more });
    expect(await found('ORDER')).toEqual(['Order 1000 pens', 'Order 100 % wool']);
    expect(await found('ångströM order')).toEqual(['Order 100 % wool']);
    expect(await found('%')).toEqual(['Order 100 % wool']);
    expect(await found('_')).toEqual([]);
    expect(await found('order', { assignee: mina.id })).toEqual(['Order 100 % wool']);
    expect(await titles('mine', 1, { assignee: mina.id })).toEqual(['Order 1000 pens']);
    const { counts } = await findTaskPage(context, mina.id, readTaskFilters({ q: 'order' }));
    expect(counts).toEqual({ open: 2, mine: 1, overdue: 0, done: 1, all: 3 });
    await updateTask(
      context,
      ana,
      (await findTasks(context, ana.id, { show: 'mine' }, { limit: 1 }))[0]?.id ?? 0,
      {
        input: { title: 'Order pencils' },
      },
    );
    expect(await found('pens')).toEqual([]);
  });

  test('has 25 a page, loses none between open and done ones, and shows the last page for one beyond it', async () => {
    for (let index = 10; index < 40; index += 1) await added(`open ${index}`);
    for (let index = 10; index < 40; index += 1) {
      now += 1;
      await complete(ana, await added(`done ${index}`));
    }
    const pages = [await titles('all', 1), await titles('all', 2), await titles('all', 3)];
    expect(pages.map(({ length }) => length)).toEqual([25, 25, 10]);
    expect(pages[0]?.[0]).toBe('open 39');
    expect(pages[1]?.slice(4, 6)).toEqual(['open 10', 'done 39']);
    expect(new Set(pages.flat()).size).toBe(60);
    const beyond = await findTaskPage(context, ana.id, { show: 'open', page: 99, q: '' });
    expect([beyond.filters.page, beyond.pageCount, beyond.tasks.length]).toEqual([2, 2, 5]);
  });

  test.each([
    {},
    { show: 'secret', page: '0' },
    { show: ['mine', 'done'], page: '-1' },
    { show: '', page: '1.5' },
    { show: 'OPEN', page: '9'.repeat(400) },
    { show: "open' or 1=1", page: 'x' },
    { show: '__proto__', page: '' },
    { q: 'x'.repeat(101), assignee: '0' },
    { q: ['a', 'b'], assignee: "1' or 1=1" },
  ])('shows the default for nonsense: %j', (query) => {
    expect(readTaskFilters(query)).toEqual({ show: 'open', page: 1, q: '' });
  });
});

describe('who may not', () => {
  test('does nothing, and writes nothing down', async () => {
    const id = await added('Order paper');
    const before = await found(id);
    const refused = { ok: false, problem: 'not-allowed' };
    expect(await addTask(context, alice, { title: 'x' })).toEqual(refused);
    expect(await updateTask(context, alice, id, { input: { title: 'x' }, done: true })).toEqual(refused);
    for (const actor of [alice, mina]) expect(await deleteTask(context, actor, id)).toEqual(refused);
    expect(await found(id)).toEqual(before);
    expect(await context.db('tasks').pluck('id')).toEqual([id]);
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['task.added']);
  });
});

test('every change is written down with who, before and after, but not with what a note says', async () => {
  const id = await added('Order paper', { note: 'the safe is 4711' });
  const due = { title: 'Order pens', note: 'it is 0815', due_on: '2026-12-01', assignee_id: String(ana.id) };
  await updateTask(context, ana, id, { input: due });
  await complete(mina, id);
  await reopen(mina, id);
  await deleteTask(context, ana, id);
  const rows = await auditOf(id);
  expect(rows.map(({ action, actorId }) => [action, actorId])).toEqual([
    ['task.added', mina.id],
    ['task.changed', ana.id],
    ['task.completed', mina.id],
    ['task.reopened', mina.id],
    ['task.deleted', ana.id],
  ]);
  expect(rows[1]).toMatchObject({ address: client.address, userAgent: client.userAgent });
  expect(rows[1]?.details).toEqual({
    task: id,
    title: 'Order pens',
    changes: {
      title: { from: 'Order paper', to: 'Order pens' },
      note: 'changed',
      assigneeId: { from: null, to: ana.id },
      dueOn: { from: null, to: '2026-12-01' },
    },
  });
  expect(JSON.stringify(rows)).not.toMatch(/4711|0815/);
  expect(await verifyChain(context.db)).toMatchObject({ ok: true });
});

describe('at the same instant', () => {
  const form = (key: string) => ({ userId: mina.id, keyHash: hashToken(key) });

  test('the same form adds one task; the same words of another form another', async () => {
    const input = { title: 'Order paper' };
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => addTask(context, mina, input, form('k'))));
    const [first] = outcomes;
    expect(first).toMatchObject({ ok: true, title: 'Order paper' });
    expect(outcomes).toEqual([first, first, first, first]);
    await addTask(context, mina, input, form('another'));
    expect(await titles('open')).toEqual(['Order paper', 'Order paper']);
    expect(await auditOf((first as { id: number }).id)).toHaveLength(1);
  });

  test('a form with other values is refused, whichever came first, and a refused one can be sent again', async () => {
    const key = form('k-2');
    expect(await addTask(context, mina, { title: ' ' }, key)).toMatchObject({ problem: 'invalid' });
    const both = ['Order ink', 'Order pens'].map((title) => addTask(context, mina, { title }, key));
    const outcomes = await Promise.all(both);
    expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(outcomes).toContainEqual({ ok: false, problem: 'key-reused' });
    expect(await titles('open')).toHaveLength(1);
  });

  test('of two who change a task one saves, and the other is told by whom and where it differs', async () => {
    const id = await added('Order paper');
    const isFirst = ({ version }: Task) => version === 1;
    const [one, other] = await Promise.all([
      updateTask(context, ana, id, { input: { title: 'Order pens' } }, isFirst),
      updateTask(context, mina, id, { input: { title: 'Order ink' } }, isFirst),
    ]);
    expect([one.ok, other.ok].filter(Boolean)).toHaveLength(1);
    const [told, by] = one.ok ? [other, ana] : [one, mina];
    const saved = await found(id);
    expect(saved.version).toBe(2);
    const differing = ['title'];
    expect(told).toEqual({ ok: false, problem: 'changed-meanwhile', task: saved, differing });
    expect(saved.updatedBy?.id).toBe(by.id);
  });

  test('of two who complete a task one has done it, and it is written down once', async () => {
    const id = await added('Order paper');
    const outcomes = await Promise.all([complete(ana, id), complete(mina, id), complete(mina, id)]);
    expect(outcomes.map((outcome) => outcome.ok && outcome.changed).sort()).toEqual([false, false, true]);
    const { doneBy, doneAt } = await found(id);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: true, task: { doneBy, doneAt } });
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['task.added', 'task.completed']);
  });

  test('of one who deletes a task and one who changes it, the second finds none', async () => {
    const id = await added('Order paper');
    await Promise.all([
      deleteTask(context, ana, id),
      updateTask(context, mina, id, { input: { title: 'x' } }),
    ]);
    const unknown = { ok: false, problem: 'unknown' };
    expect([await deleteTask(context, ana, id), await complete(mina, id)]).toEqual([unknown, unknown]);
    expect((await auditOf(id)).at(-1)?.action).toBe('task.deleted');
  });
});

test('completing a task edits nothing, however its note’s lines ended', async () => {
  const id = await added('Order paper', { note: 'two boxes\r\r\nby Friday\rplease' });
  expect((await complete(ana, id)).ok).toBe(true);
  expect(await found(id)).toMatchObject({ version: 1, note: 'two boxes\n\nby Friday\nplease' });
});

test('a change is whole or not at all, and one that changes nothing is none', async () => {
  const id = await added('Order paper');
  const before = await found(id);
  const wrong = { input: { title: '', due_on: '2026-02-30' }, done: true };
  const refused = await updateTask(context, mina, id, wrong);
  expect(refused).toMatchObject({ ok: false, problem: 'invalid' });
  expect(await updateTask(context, mina, id, { input: { title: 'Order paper' }, done: false })).toEqual({
    ok: true,
    task: before,
    changed: false,
  });
  expect(await found(id)).toEqual(before);
  const both = await updateTask(context, mina, id, { input: { note: 'two' }, done: true });
  expect(both).toMatchObject({ ok: true, task: { note: 'two', version: 2, doneBy: { id: mina.id } } });
});
