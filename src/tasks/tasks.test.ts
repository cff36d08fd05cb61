import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertUser } from '../accounts/users.table.ts';
import { personalOf, verifyChain } from '../audit/audit.ts';
import { readAfter } from '../audit/audit-log.table.ts';
import { DAY } from '../clock.ts';
import type { Role } from '../roles.ts';
import { sweep } from '../sweeping.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { addTask } from './adding.ts';
import { changeTask } from './changing.ts';
import { completeTask, reopenTask } from './completing.ts';
import { deleteTask, restoreTask } from './deleting.ts';
import { tasksFeature } from './feature.ts';
import { countTasks, listTasks, listTasksBehind, placeOf, readTaskFilters, type Show } from './listing.ts';
import { findTask, type Task } from './tasks.table.ts';
import type { TaskContext, Worker } from './working.ts';

const TODAY = Date.UTC(2026, 10, 20, 23, 30);
const client = { address: '192.0.2.7', userAgent: 'Test' };

let database: TestDatabase;
let context: TaskContext;
let now = TODAY;
let mina: Worker;
let ana: Worker;
let alice: Worker;

async function addUser(username: string, role: Role): Promise<Worker> {
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
const titles = async (show: Show, page = 1) =>
  (await listTasks(context, ana.id, { show, page })).tasks.map(({ title }) => title);

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
    await completeTask(context, ana, first);
    now += 1;
    await completeTask(context, ana, second);
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
    for (const title of ['first done', 'second done']) await completeTask(context, ana, await added(title));
    const idsOf = (tasks: Task[]) => tasks.map(({ id }) => id);
    for (const show of ['open', 'done', 'all'] as const) {
      const whole = idsOf((await listTasks(context, ana.id, { show, page: 1 })).tasks);
      const found: Task[] = [];
      for (let step = 0; step < whole.length; step += 1) {
        const last = found.at(-1);
        const behind = last && placeOf(last);
        found.push(...(await listTasksBehind(context, ana.id, show, { behind, limit: 1 })));
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
    await completeTask(context, mina, done);
    expect(await countTasks(context, ana.id)).toEqual({ open: 2, mine: 1, overdue: 1 });
    now = TODAY + DAY / 24;
    expect(await countTasks(context, ana.id)).toEqual({ open: 2, mine: 1, overdue: 2 });
    const { counts, today } = await listTasks(context, mina.id, readTaskFilters({}));
    expect([counts, today]).toEqual([{ open: 2, mine: 1, overdue: 2, done: 1, all: 3 }, '2026-11-21']);
    await context.db('tasks').delete();
    expect(await countTasks(context, ana.id)).toEqual({ open: 0, mine: 0, overdue: 0 });
  });

  test('has 25 a page, loses none between open and done ones, and shows the last page for one beyond it', async () => {
    for (let index = 10; index < 40; index += 1) await added(`open ${index}`);
    for (let index = 10; index < 40; index += 1) {
      now += 1;
      await completeTask(context, ana, await added(`done ${index}`));
    }
    const pages = [await titles('all', 1), await titles('all', 2), await titles('all', 3)];
    expect(pages.map(({ length }) => length)).toEqual([25, 25, 10]);
    expect(pages[0]?.[0]).toBe('open 39');
    expect(pages[1]?.slice(4, 6)).toEqual(['open 10', 'done 39']);
    expect(new Set(pages.flat()).size).toBe(60);
    const beyond = await listTasks(context, ana.id, { show: 'open', page: 99 });
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
  ])('shows the default for nonsense: %j', (query) => {
    expect(readTaskFilters(query)).toEqual({ show: 'open', page: 1 });
  });
});

describe('who may not', () => {
  test('does nothing, and writes nothing down', async () => {
    const id = await added('Order paper');
    const before = await found(id);
    const refused = { ok: false, problem: 'not-allowed' };
    expect(await addTask(context, alice, { title: 'x' })).toEqual(refused);
    expect(await changeTask(context, alice, id, { title: 'x', version: '1' })).toEqual(refused);
    expect(await completeTask(context, alice, id)).toEqual(refused);
    expect(await reopenTask(context, alice, id)).toEqual(refused);
    for (const worker of [alice, mina]) {
      expect(await deleteTask(context, worker, id)).toEqual(refused);
      expect(await restoreTask(context, worker, id)).toEqual(refused);
    }
    expect(await found(id)).toEqual(before);
    expect(await context.db('tasks').pluck('id')).toEqual([id]);
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['task.added']);
  });
});

test('every change is written down with who, before and after, but not with what a note says', async () => {
  const id = await added('Order paper', { note: 'the safe is 4711' });
  const due = { title: 'Order pens', note: 'it is 0815', due_on: '2026-12-01', assignee_id: String(ana.id) };
  await changeTask(context, ana, id, { ...due, version: '1' });
  await completeTask(context, mina, id);
  await reopenTask(context, mina, id);
  await deleteTask(context, ana, id);
  await restoreTask(context, ana, id);
  const rows = await auditOf(id);
  expect(rows.map(({ action, actorId }) => [action, actorId])).toEqual([
    ['task.added', mina.id],
    ['task.changed', ana.id],
    ['task.completed', mina.id],
    ['task.reopened', mina.id],
    ['task.deleted', ana.id],
    ['task.restored', ana.id],
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
  test('the same form adds one task; the same words of another form, or of somebody else, another', async () => {
    const form = { title: 'Order paper', form_key: 'k' };
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => addTask(context, mina, form)));
    const [first] = outcomes;
    expect(first).toMatchObject({ ok: true, title: 'Order paper' });
    expect(outcomes).toEqual([first, first, first, first]);
    await addTask(context, mina, { ...form, form_key: 'another' });
    await addTask(context, ana, form);
    // Somebody went back to the form and typed something else.
    await addTask(context, mina, { ...form, title: 'Order pens' });
    expect(await titles('open')).toEqual(['Order pens', 'Order paper', 'Order paper', 'Order paper']);
    expect(await auditOf((first as { id: number }).id)).toHaveLength(1);
  });

  test('an idempotency key adds one task, and is refused with other values, whichever came first', async () => {
    const form = { title: 'Order paper', idempotency_key: 'k-1' };
    const outcomes = await Promise.all([1, 2, 3].map(() => addTask(context, mina, form)));
    expect(outcomes).toEqual([outcomes[0], outcomes[0], outcomes[0]]);
    const titlesOf = ['Order ink', 'Order pens'];
    const two = await Promise.all(
      titlesOf.map((title) => addTask(context, mina, { title, idempotency_key: 'k-2' })),
    );
    expect(two.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect(two.find(({ ok }) => !ok)).toMatchObject({ errors: { idempotency_key: expect.any(String) } });
    expect(await addTask(context, ana, form)).toMatchObject({ ok: true });
    expect((await titles('open')).length).toBe(3);
  });

  test('of two who change a task one saves, and the other is told by whom and where it differs', async () => {
    const id = await added('Order paper');
    const [one, other] = await Promise.all([
      changeTask(context, ana, id, { title: 'Order pens', version: '1' }),
      changeTask(context, mina, id, { title: 'Order ink', version: '1' }),
    ]);
    expect([one.ok, other.ok].filter(Boolean)).toHaveLength(1);
    const [told, by] = one.ok ? [other, ana] : [one, mina];
    const saved = await found(id);
    expect(saved.version).toBe(2);
    const differing = ['title'];
    expect(told).toEqual({ ok: false, problem: 'changed-meanwhile', task: saved, differing });
    expect(saved.updatedBy?.id).toBe(by.id);
  });

  test('of two who complete a task one has done it; pushing one’s own button twice is no mistake', async () => {
    const id = await added('Order paper');
    const outcomes = await Promise.all([completeTask(context, ana, id), completeTask(context, mina, id)]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const { doneBy } = await found(id);
    const [doer, late] = doneBy?.id === ana.id ? [ana, mina] : [mina, ana];
    expect(await completeTask(context, doer, id)).toMatchObject({ ok: true });
    expect(await completeTask(context, late, id)).toMatchObject({ ok: false, problem: 'unchanged' });
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['task.added', 'task.completed']);
  });
});

describe('a deleted task', () => {
  test('can be restored for 30 days, as it was, and then is removed for good', async () => {
    const id = await added('Order paper', { note: 'two boxes', due_on: '2026-12-01' });
    const before = await found(id);
    await deleteTask(context, ana, id);
    for (const outcome of [
      await completeTask(context, mina, id),
      await reopenTask(context, mina, id),
      await changeTask(context, mina, id, { title: 'x', version: '1' }),
    ]) {
      expect(outcome).toMatchObject({ ok: false, problem: 'deleted', task: { deletedBy: { name: 'ana' } } });
    }
    now += 30 * DAY - 1;
    await sweep({ ...context, features: [tasksFeature] });
    expect(await restoreTask(context, ana, id)).toMatchObject({ ok: true });
    expect(await found(id)).toEqual(before);
    expect(await restoreTask(context, ana, id)).toMatchObject({ ok: false, problem: 'unchanged' });

    await deleteTask(context, ana, id);
    now += 30 * DAY;
    expect(await restoreTask(context, ana, id)).toEqual({ ok: false, problem: 'unknown' });
    const open = await added('stays');
    await sweep({ ...context, features: [tasksFeature] });
    expect(await context.db('tasks').pluck('id')).toEqual([open]);
  });
});
