import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '../../clock.ts';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, signIn } from '../../testing/people.ts';
import { alertsOf, errorOf, hiddenOf, textOf, type Visitor } from '../../testing/visitor.ts';

let app: TestApp;
let mina: Visitor;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  mina = await signIn(app, 'mod-mina', 'moderator');
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.context.db('tasks').delete();
});

const day = (offset: number) => new Date(app.context.clock() + offset * DAY).toISOString().slice(0, 10);
const idOf = async (title: string): Promise<number> =>
  (await app.context.db('tasks').where({ title }).first('id')).id;
const add = async (title: string, fields: Record<string, string> = {}) =>
  mina.follow(await mina.submit(paths.newTask(), { title, ...fields }));
const mine = `${paths.tasks()}?show=mine`;

/** The rows of the list, as a person reads them. */
function rowsOf(page: string): string[] {
  const [list] = /<ul class="records tasks">.*?<\/ul>/s.exec(page) ?? [''];
  return list.split('<li>').slice(1).map(textOf);
}

/** What stands beside each filter. */
function filtersOf(page: string): string {
  return textOf(/<nav class="shows".*?<\/nav>/s.exec(page)?.[0] ?? '');
}

describe('the list', () => {
  test('with nothing in it says what it is for and offers the next step, for each filter', async () => {
    const open = await mina.get(paths.tasks());
    expect(filtersOf(open.text)).toBe('Open 0 My tasks 0 Overdue 0 Done 0 All 0');
    for (const query of ['', '?show=all', '?show=mine', '?show=done']) {
      const { text } = await mina.get(paths.tasks() + query);
      expect(textOf(text)).toContain('No tasks yet What the staff have to do stands here');
      expect(text).toContain(`<a class="btn btn-primary" href="${paths.newTask()}">Add a task</a>`);
    }
    await add('Order paper');
    for (const [query, words] of [
      ['mine', 'Nothing for you'],
      ['overdue', 'Nothing is overdue'],
      ['done', 'Nothing is done yet'],
    ]) {
      const { text } = await mina.get(`${paths.tasks()}?show=${query}`);
      expect(textOf(text)).toContain(words);
      expect(text).toContain(`<a class="btn btn-primary" href="${paths.tasks()}">Show all open tasks</a>`);
    }
    await mina.submit(paths.completeTask(await idOf('Order paper')));
    const { text } = await mina.get(paths.tasks());
    expect(textOf(text)).toContain('All is done');
    expect(text).toContain(`href="${paths.tasks()}?show=done">Show what was done</a>`);
  });

  test('says of each task what is pressing, for whom it is and how its note begins', async () => {
    const minaId = (await app.context.db('users').where('username', 'mod-mina').first('id')).id;
    const words = (offset: number) =>
      new Intl.DateTimeFormat('en-IN', { dateStyle: 'long', timeZone: 'UTC' }).format(
        app.context.clock() + offset * DAY,
      );
    await add('late', { due_on: day(-3), note: 'first line\nsecond line', assignee_id: String(minaId) });
    await add('late since yesterday', { due_on: day(-1) });
    await add('now', { due_on: day(0) });
    await add('soon', { due_on: day(1) });
    await add('later', { due_on: day(2) });
    await add('some day');
    const { text } = await mina.get(paths.tasks());
    expect(rowsOf(text)).toEqual([
      `late Overdue for 3 days ${words(-3)} · For you first line Complete : late`,
      `late since yesterday Overdue for 1 day ${words(-1)} · For nobody yet Complete : late since yesterday`,
      `now Due today ${words(0)} · For nobody yet Complete : now`,
      `soon Due tomorrow ${words(1)} · For nobody yet Complete : soon`,
      `later Due ${words(2)} · For nobody yet Complete : later`,
      'some day For nobody yet Complete : some day',
    ]);
    expect(filtersOf(text)).toBe('Open 6 My tasks 1 Overdue 2 Done 0 All 6');
    expect(textOf(text)).toContain('6 open tasks, 2 of them overdue');
    expect(rowsOf((await mina.get(mine)).text)).toHaveLength(1);
  });

  test('shows its default for nonsense in every parameter, and keeps filters in the links of its pages', async () => {
    for (let index = 10; index < 40; index += 1) await add(`task ${index}`);
    const nonsense = ['show=x&page=x', 'show=mine&show=done&page=1&page=2', `page=${'9'.repeat(400)}`];
    for (const query of [...nonsense, 'page=-1', 'show=%27', 'page=1e99', 'show[a]=b']) {
      const answer = await mina.get(`${paths.tasks()}?${query}`);
      expect([query, answer.status, rowsOf(answer.text).length]).toEqual([query, 200, 25]);
    }
    const all = await mina.get(`${paths.tasks()}?show=all`);
    expect(all.text).toContain(`href="${paths.tasks()}?show=all&amp;page=2"`);
    expect(rowsOf((await mina.get(`${paths.tasks()}?show=all&page=2`)).text)).toHaveLength(5);
    expect(rowsOf((await mina.get(`${paths.tasks()}?page=77`)).text)).toHaveLength(5);
  });

  test('stands titles and notes as long as can be, and prints what looks like HTML', async () => {
    const title = `<b>"${'w'.repeat(115)}`;
    await add(title, { note: `<script>${'n'.repeat(3_990)}` });
    const { text } = await mina.get(paths.tasks());
    expect(textOf(text)).toContain(title);
    expect(text).not.toMatch(/<b>|<script>n/);
  });
});

describe('the short form', () => {
  test('adds an open task for nobody, and on one’s own list for oneself', async () => {
    await mina.get(paths.tasks());
    const added = await mina.post(paths.tasks(), { title: '  Order \n paper ' });
    expect([added.status, added.location]).toEqual([303, paths.tasks()]);
    const list = await mina.follow(added);
    expect(alertsOf(list.text)).toEqual(['success: Success: Added: Order paper']);

    const own = await mina.get(mine);
    const fields = { title: 'Order pens', assignee_id: hiddenOf(own.text, 'assignee_id') };
    const addedMine = await mina.post(mine, fields);
    expect(addedMine.location).toBe(mine);
    expect(rowsOf((await mina.follow(addedMine)).text)).toEqual(['Order pens For you Complete : Order pens']);
    const fromDone = await mina.post(`${paths.tasks()}?show=done`, { title: 'seen in the open list' });
    expect(fromDone.location).toBe(paths.tasks());
  });

  test('comes back with what is wrong and what was typed, on the list that it was on', async () => {
    const title = 'x'.repeat(121);
    await add('Order paper', { assignee_id: '' });
    const answer = await mina.post(`${paths.tasks()}?show=all`, { title });
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'title')).toContain('at most 120 characters');
    expect(answer.text).toContain(title);
    expect(answer.text).toContain('<title>Error: Tasks');
    expect(rowsOf(answer.text)).toHaveLength(1);
    for (const empty of ['', '   ', '\u200b', '\u0007']) {
      const { status, text } = await mina.post(paths.tasks(), { title: empty });
      expect([status, errorOf(text, 'title')]).toEqual([
        422,
        'Error: Say in a few words what is to be done.',
      ]);
    }
    expect((await mina.post(paths.tasks(), {})).status).toBe(422);
  });

  test('turns the direction of no text but its own title', async () => {
    await mina.post(paths.tasks(), { title: 'Order \u202erepap\u202c \u2066x' });
    expect(await app.context.db('tasks').pluck('title')).toEqual(['Order repap x']);
  });

  test('sent twice at the same instant adds one task and says so once', async () => {
    const { text } = await mina.get(paths.tasks());
    const fields = { title: 'Order paper', form_key: hiddenOf(text, 'form_key') };
    expect(fields.form_key).toMatch(/^[\w-]{43}$/);
    const answers = await Promise.all([1, 2, 3].map(() => mina.post(paths.tasks(), fields)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await app.context.db('tasks').pluck('title')).toEqual(['Order paper']);
  });
});

describe('the button of a row', () => {
  test('completes, leads back to the same list at its rows, and can be undone from the message', async () => {
    const other = (await app.context.db('users').where('username', 'mod-mina').first('id')).id;
    for (let index = 10; index < 37; index += 1) await add(`task ${index}`, { assignee_id: String(other) });
    const page = `${paths.tasks()}?show=mine&page=2`;
    const { text } = await mina.get(page);
    const [, action = ''] = /<form method="post" action="([^"]*completion[^"]*)"/.exec(text) ?? [];
    const done = await mina.post(action.replaceAll('&amp;', '&'));
    expect([done.status, done.location]).toEqual([303, `${page}#list`]);
    const list = await mina.follow(done);
    expect(list.text).toContain('id="list"');
    expect(alertsOf(list.text)).toEqual(['success: Success: Done: task 11 Undo']);
    const [, undo = ''] = /<form method="post" action="([^"]*reopening[^"]*)"/.exec(list.text) ?? [];
    const undone = await mina.post(undo.replaceAll('&amp;', '&'));
    expect(undone.location).toBe(`${page}#list`);
    expect(alertsOf((await mina.follow(undone)).text)).toEqual(['success: Success: Open again: task 11']);
    expect(filtersOf((await mina.get(paths.tasks())).text)).toContain('Open 27');
  });

  test('leads nowhere else, whatever its address holds', async () => {
    await add('Order paper');
    const id = await idOf('Order paper');
    for (const query of [
      'from=https://evil.example',
      'show=//evil.example',
      'show=mine%0d%0aX:y',
      'page=../..',
    ]) {
      const { location } = await mina.post(`${paths.completeTask(id)}?${query}`, { from: '//evil.example' });
      expect(location).toBe(`${paths.tasks()}#list`);
    }
  });

  test('says who has done it already, or deleted it meanwhile, and is no error', async () => {
    await add('Order paper');
    const id = await idOf('Order paper');
    const { db } = app.context;
    const ben = await addPerson(app.context, 'ben', 'admin');
    await db('tasks').where({ id }).update({ done_at: 1, done_by: ben });
    const late = await mina.follow(await mina.submit(paths.completeTask(id)));
    expect([late.status, alertsOf(late.text)]).toEqual([
      200,
      ['info: Information: Done already, by ben: Order paper'],
    ]);
    await mina.post(paths.reopenTask(id));
    const again = await mina.follow(await mina.post(paths.reopenTask(id)));
    expect(alertsOf(again.text)).toContain('info: Information: Open already: Order paper');

    await db('tasks').where({ id }).update({ deleted_at: 1, deleted_by: ben });
    for (const path of [paths.completeTask(id), paths.reopenTask(id)]) {
      const gone = await mina.follow(await mina.post(path));
      expect(alertsOf(gone.text)).toEqual(['info: Information: Deleted meanwhile by ben: Order paper']);
    }
  });

  test('is a button: who comes to its address by a link is led to the task', async () => {
    await add('Order paper');
    const id = await idOf('Order paper');
    for (const path of [paths.completeTask(id), paths.reopenTask(id), paths.deleteTask(id)]) {
      expect((await mina.get(path)).location).toBe(paths.task(id));
    }
    expect((await app.context.db('tasks').where({ id }).first('done_at')).done_at).toBeNull();
  });
});

test('members see nothing of it and do nothing to it (ASVS 8.2.1)', async () => {
  await add('Order paper');
  const id = await idOf('Order paper');
  const before = await app.context.db('tasks').select();
  const alice = await signIn(app, 'alice');
  await alice.get(paths.account());
  for (const path of [paths.tasks(), paths.newTask(), paths.task(id), paths.task(987_654_321)]) {
    expect((await alice.get(path)).status).toBe(403);
  }
  for (const path of [
    paths.tasks(),
    paths.newTask(),
    paths.task(id),
    paths.completeTask(id),
    paths.reopenTask(id),
    paths.deleteTask(id),
    paths.restoreTask(id),
  ]) {
    expect([path, (await alice.post(path, { title: 'x', version: '1' })).status]).toEqual([path, 403]);
  }
  expect(await app.context.db('tasks').select()).toEqual(before);
});
