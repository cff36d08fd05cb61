import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import { TEXTS as TASK_FORM_TEXTS } from '../../tasks/task-form.ts';
import { updateTask } from '../../tasks/tasks.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, signIn } from '../../testing/people.ts';
import { alertsOf, errorOf, hiddenOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as TASK_ACTIONS_TEXTS } from './task-actions.page.ts';

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
  test('with nothing in it says so, for each filter, and leads on', async () => {
    const open = await mina.get(paths.tasks());
    expect(filtersOf(open.text)).toBe('Open 0 My tasks 0 Overdue 0 Done 0 All 0');
    expect(open.text).toContain(`<a class="btn btn-primary" href="${paths.newTask()}">Add a task</a>`);
    for (const query of ['', '?show=mine', '?show=overdue', '?show=done', '?show=all', '?q=paper']) {
      const { text } = await mina.get(`${paths.tasks()}${query}`);
      expect(text).toContain('<h2>No tasks here</h2>');
      expect(text).toContain(`<a class="btn btn-primary" href="${paths.tasks()}">Show all open tasks</a>`);
    }
  });

  test('finds words and whose tasks they are, and keeps that in its links', async () => {
    const { id: minaId } = await app.context.db('users').where('username', 'mod-mina').first('id');
    await add('Order paper', { note: 'for <b>' });
    await add('Order pens', { assignee_id: String(minaId) });
    const found = await mina.get(`${paths.tasks()}?q=PAPER+%3Cb%3E&show=all`);
    expect(rowsOf(found.text)).toEqual(['Order paper For nobody yet for <b> Complete : Order paper']);
    expect(filtersOf(found.text)).toBe('Open 1 My tasks 0 Overdue 0 Done 0 All 1');
    expect(found.text).toContain('name="q" value="PAPER &lt;b&gt;"');
    expect(hiddenOf(found.text, 'show')).toBe('all');
    expect(found.text).toContain(`href="${paths.tasks()}?show=done&amp;q=PAPER+%3Cb%3E"`);

    const hers = await mina.get(`${paths.tasks()}?assignee=${minaId}`);
    expect(rowsOf(hers.text)).toHaveLength(1);
    expect(hers.text).toContain(`<option value="${minaId}" selected>mod-mina (you)</option>`);
    const completed = await mina.post(`${paths.completeTask(await idOf('Order pens'))}?assignee=${minaId}`);
    expect(completed.location).toBe(`${paths.tasks()}?assignee=${minaId}#list`);
    expect((await mina.get(`${paths.tasks()}?show=mine`)).text).not.toContain('name="assignee"');
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
      `late Overdue Due ${words(-3)} · For you first line Complete : late`,
      `late since yesterday Overdue Due ${words(-1)} · For nobody yet Complete : late since yesterday`,
      `now Today Due ${words(0)} · For nobody yet Complete : now`,
      `soon Due ${words(1)} · For nobody yet Complete : soon`,
      `later Due ${words(2)} · For nobody yet Complete : later`,
      'some day For nobody yet Complete : some day',
    ]);
    expect(filtersOf(text)).toBe('Open 6 My tasks 1 Overdue 2 Done 0 All 6');
    expect(textOf(text)).toContain('6 tasks');
    expect(rowsOf((await mina.get(mine)).text)).toHaveLength(1);
  });

  test('shows its default for nonsense in every parameter, and keeps filters in the links of its pages', async () => {
    for (let index = 10; index < 40; index += 1) await add(`task ${index}`);
    const nonsense = ['show=x&page=x', 'show=mine&show=done&page=1&page=2', `page=${'9'.repeat(400)}`];
    for (const query of [
      ...nonsense,
      'page=-1',
      'show=%27',
      'page=1e99',
      'show[a]=b',
      'q[]=x',
      'assignee=x',
    ]) {
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

describe('a new task', () => {
  test('is open and for nobody; from one’s own list it is one’s own', async () => {
    const added = await mina.submit(paths.newTask(), { title: '  Order \n paper ' });
    expect([added.status, added.location]).toEqual([303, paths.tasks()]);
    const list = await mina.follow(added);
    expect(alertsOf(list.text)).toEqual(['success: Success: Added: Order paper']);

    const form = await mina.get(`${paths.newTask()}?show=mine`);
    const [, assignee = ''] = /<option value="(\d+)" selected>/.exec(form.text) ?? [];
    const addedMine = await mina.post(`${paths.newTask()}?show=mine`, {
      title: 'Order pens',
      assignee_id: assignee,
    });
    expect(addedMine.location).toBe(mine);
    expect(rowsOf((await mina.follow(addedMine)).text)).toEqual(['Order pens For you Complete : Order pens']);
    const fromDone = await mina.post(`${paths.newTask()}?show=done`, { title: 'seen in the open list' });
    expect(fromDone.location).toBe(paths.tasks());
  });

  test('needs a title that can be seen', async () => {
    await mina.get(paths.newTask());
    for (const empty of ['', '   ', '\u200b', '\u0007']) {
      const { status, text } = await mina.post(paths.newTask(), { title: empty });
      expect([status, errorOf(text, 'title')]).toEqual([422, `Error: ${TASK_FORM_TEXTS.title}`]);
      expect(text).toContain('<title>Error: New task');
    }
    expect((await mina.post(paths.newTask(), {})).status).toBe(422);
  });

  test('turns the direction of no text but its own title', async () => {
    await mina.submit(paths.newTask(), { title: 'Order \u202erepap\u202c \u2066x' });
    expect(await app.context.db('tasks').pluck('title')).toEqual(['Order repap x']);
  });

  test('that is sent twice at the same instant is one task', async () => {
    const { text } = await mina.get(paths.newTask());
    const fields = { title: 'Order paper', form_key: hiddenOf(text, 'form_key') };
    expect(fields.form_key).toMatch(/^[\w-]{43}$/);
    const answers = await Promise.all([1, 2, 3].map(() => mina.post(paths.newTask(), fields)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await app.context.db('tasks').pluck('title')).toEqual(['Order paper']);
    // Somebody went back to the form and typed something else.
    await mina.post(paths.newTask(), { ...fields, title: 'Order pens' });
    expect(await app.context.db('tasks').count({ count: '*' }).first()).toEqual({ count: 2 });
  });
});

describe('the button of a row', () => {
  test('completes and reopens, and leads back to the same list at its rows', async () => {
    const other = (await app.context.db('users').where('username', 'mod-mina').first('id')).id;
    for (let index = 10; index < 37; index += 1) await add(`task ${index}`, { assignee_id: String(other) });
    const page = `${paths.tasks()}?show=mine&page=2`;
    const { text } = await mina.get(page);
    const [, action = ''] = /<form method="post" action="([^"]*completion[^"]*)"/.exec(text) ?? [];
    const done = await mina.post(action.replaceAll('&amp;', '&'));
    expect([done.status, done.location]).toEqual([303, `${page}#list`]);
    const list = await mina.follow(done);
    expect(list.text).toContain('id="list"');
    expect(alertsOf(list.text)).toEqual(['success: Success: Done: task 11']);
    const inDone = await mina.get(`${paths.tasks()}?show=done`);
    const [, reopen = ''] = /<form method="post" action="([^"]*reopening[^"]*)"/.exec(inDone.text) ?? [];
    const reopened = await mina.post(reopen);
    expect(reopened.location).toBe(`${paths.tasks()}?show=done#list`);
    expect(alertsOf((await mina.follow(reopened)).text)).toEqual(['success: Success: Open again: task 11']);
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

  test('says who has done it already, or that it is deleted, and is no error', async () => {
    await add('Order paper');
    const id = await idOf('Order paper');
    const { db } = app.context;
    const ben = await addPerson(app.context, 'ben', 'admin');
    await updateTask(app.context, { id: ben, role: 'admin' }, id, { done: true });
    const late = await mina.follow(await mina.submit(paths.completeTask(id)));
    expect([late.status, alertsOf(late.text)]).toEqual([
      200,
      [`info: Information: ${TASK_ACTIONS_TEXTS.isDone('Order paper', 'ben')}`],
    ]);
    await mina.post(paths.reopenTask(id));
    const again = await mina.follow(await mina.post(paths.reopenTask(id)));
    expect(alertsOf(again.text)).toContain(`info: Information: ${TASK_ACTIONS_TEXTS.isOpen('Order paper')}`);
    for (const _time of ['first', 'again']) {
      const done = await mina.follow(await mina.post(paths.completeTask(id)));
      expect(alertsOf(done.text)).toEqual(['success: Success: Done: Order paper']);
    }

    await db('tasks').delete();
    for (const path of [paths.completeTask(id), paths.reopenTask(id)]) {
      const gone = await mina.follow(await mina.post(path));
      expect(alertsOf(gone.text)).toEqual([`info: Information: ${TASK_ACTIONS_TEXTS.gone}`]);
    }
  });

  test('is a button: who comes to its address by a link is led to the task', async () => {
    await add('Order paper');
    const id = await idOf('Order paper');
    for (const path of [paths.completeTask(id), paths.reopenTask(id)]) {
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
  for (const path of [
    paths.tasks(),
    paths.newTask(),
    paths.task(id),
    paths.deleteTask(id),
    paths.task(987_654_321),
  ]) {
    expect((await alice.get(path)).status).toBe(403);
  }
  for (const path of [
    paths.newTask(),
    paths.task(id),
    paths.completeTask(id),
    paths.reopenTask(id),
    paths.deleteTask(id),
  ]) {
    expect([path, (await alice.post(path, { title: 'x', version: '1' })).status]).toEqual([path, 403]);
  }
  expect(await app.context.db('tasks').select()).toEqual(before);
});
