import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { paths } from '../../paths.ts';
import { TEXTS as TASK_FORM_TEXTS } from '../../tasks/task-form.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { readAfter } from '../../testing/audit.ts';
import { addPerson, signIn } from '../../testing/people.ts';
import { type Answer, alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as TASK_TEXTS } from './task.page.ts';
import { TEXTS as TASK_ACTIONS_TEXTS } from './task-actions.page.ts';
import { TEXTS as TASK_VIEW_TEXTS } from './task-view.ts';

let app: TestApp;
let mina: Visitor;
let ana: Visitor;
const ids: Record<string, number> = {};
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  mina = await signIn(app, 'mod-mina', 'moderator');
  ana = await signIn(app, 'ana', 'admin');
  ids.alice = await addPerson(app.context, 'alice');
  ids.otto = await addPerson(app.context, 'otto', 'moderator');
  for (const { id, username } of await app.context.db('users').select('id', 'username')) ids[username] = id;
});
afterAll(() => app.close());

let id: number;
beforeEach(async () => {
  const { db } = app.context;
  await db('tasks').delete();
  await mina.follow(await mina.submit(paths.newTask(), { title: 'Order paper', note: 'two boxes' }));
  id = (await db('tasks').first('id')).id;
});

const row = () => app.context.db('tasks').where({ id }).first();

/** What the fields of a page's form hold. */
function formOf({ text }: Answer): Record<string, string> {
  const value = (pattern: RegExp) => pattern.exec(text)?.[1] ?? '';
  return {
    title: value(/name="title" value="([^"]*)"/),
    note: value(/<textarea[^>]*name="note"[^>]*>\n([^<]*)</),
    assignee_id: value(/<option value="(\d*)" selected/),
    due_on: value(/name="due_on" value="([^"]*)"/),
    version: value(/name="version" value="([^"]*)"/),
  };
}

const path = () => paths.task(id);

describe('the page of a task', () => {
  test('shows what is saved, saves what is changed and leads back to the list it was reached from', async () => {
    const page = await ana.get(`${path()}?show=all&page=1`);
    expect(textOf(page.text)).toMatch(/Order paper Added by mod-mina on \d/);
    const form = formOf(page);
    expect(form).toEqual({
      title: 'Order paper',
      note: 'two boxes',
      assignee_id: '',
      due_on: '',
      version: '1',
    });
    const due = { assignee_id: String(ids.otto), due_on: '2028-02-29' };
    const saved = await ana.post(`${path()}?show=all`, {
      ...form,
      title: 'Order pens',
      note: 'a\r\nb\r\n',
      ...due,
    });
    expect([saved.status, saved.location]).toEqual([303, `${paths.tasks()}?show=all`]);
    expect(alertsOf((await ana.follow(saved)).text)).toEqual(['success: Success: Saved: Order pens']);
    expect(await row()).toMatchObject({
      title: 'Order pens',
      note: 'a\nb',
      due_on: '2028-02-29',
      version: 2,
    });
    const again = await mina.get(path());
    expect(formOf(again)).toMatchObject({ ...due, note: 'a\nb', version: '2' });
    expect(textOf(again.text)).toMatch(/Added by you on .* · Changed by ana on/);
  });

  test('changes nothing that is not on it, and stands hostile fields (ASVS 8.2.3)', async () => {
    const before = await row();
    const hostile = {
      id: '9',
      created_by: '9',
      done_at: '1',
      done: 'true',
      position: '1',
      createdBy: '9',
      doneAt: '1',
    };
    await ana.get(path());
    const unchanged = { title: 'Order paper', note: 'two boxes', ...hostile };
    expect((await ana.post(path(), { ...unchanged, version: '999999' })).status).toBe(303);
    expect(await row()).toEqual(before);
    expect((await ana.post(path(), { ...unchanged, title: 'x', version: '999999' })).status).toBe(422);
    expect(await row()).toEqual(before);
    expect((await ana.post(path(), { ...unchanged, title: 'Order pens', version: '1' })).status).toBe(303);
    const stamps = { version: 2, updated_at: expect.any(Number), updated_by: ids.ana };
    const changed = { title: 'Order pens', search_key: 'order pens two boxes', ...stamps };
    expect(await row()).toEqual({ ...before, ...changed });
    await mina.submit(paths.newTask(), { title: 'new', version: '7', ...hostile });
    const added = await app.context.db('tasks').where('title', 'new').first();
    expect(added).toMatchObject({ version: 1, done_at: null, created_by: ids['mod-mina'] });
    expect(added.id).not.toBe(9);
  });

  test.each([
    ['due_on', '2026-02-30'],
    ['due_on', '2027-02-29'],
    ['due_on', '0000-00-00'],
    ['due_on', '0202-11-20'],
    ['due_on', '99999-01-01'],
    ['due_on', '2026-11-20T10:00'],
    ['due_on', 'tomorrow'],
    ['assignee_id', '1e3'],
    ['assignee_id', '-1'],
    ['assignee_id', '999999999'],
    ['assignee_id', '99999999999999999999'],
    ['assignee_id', "1' or 1=1"],
    ['note', 'x'.repeat(4_001)],
    ['title', 'x'.repeat(121)],
  ])(
    'refuses in %s what cannot be, beside the field, and keeps all that was typed: %s',
    async (field, value) => {
      const before = await row();
      const typed = {
        title: 'typed',
        note: 'with care',
        assignee_id: String(ids.otto),
        due_on: '2026-12-01',
      };
      await mina.get(path());
      for (const where of [path(), paths.newTask()]) {
        const answer = await mina.post(where, { ...typed, [field]: value, version: '1' });
        expect(answer.status).toBe(422);
        expect(errorOf(answer.text, field.replace('_', '-'))).toMatch(/^Error: /);
        const kept = field === 'assignee_id' ? { ...typed, assignee_id: '' } : { ...typed, [field]: value };
        expect(formOf(answer)).toMatchObject(kept);
      }
      expect([await row(), await app.context.db('tasks').pluck('id')]).toEqual([before, [id]]);
    },
  );

  test('takes what is just short enough, and counts a line end once', async () => {
    const longest = { title: '茶'.repeat(120), note: `${'🍵'.repeat(1_999)}\r\nx` };
    const saved = await mina.submit(path(), { ...longest, version: '1' });
    expect(saved.status).toBe(303);
    expect(await row()).toMatchObject({ title: longest.title, note: longest.note.replace('\r', '') });
  });

  test.each(['1e3', '0', '-1', '01', '1.0', '9999999999', '987654321', 'x', '%27'])(
    'of a task that there is not is none: %s',
    async (unknown) => {
      for (const address of [paths.task(unknown), paths.deleteTask(unknown)]) {
        expect([address, (await ana.get(address)).status]).toEqual([address, 404]);
      }
      expect((await ana.post(paths.task(unknown), { title: 'x' })).status).toBe(404);
    },
  );
});

describe('whom a task is given to', () => {
  test('is somebody who works for the store, nobody else', async () => {
    await mina.get(path());
    const erased = await addPerson(app.context, 'erased');
    await app.context.db('users').where('id', erased).update({ erased_at: 1, disabled_at: 1 });
    const gone = await addPerson(app.context, 'gone', 'moderator');
    await app.context.db('users').where('id', gone).update({ disabled_at: 1 });
    for (const other of [ids.alice, erased, gone]) {
      const answer = await mina.post(path(), { assignee_id: String(other), version: '1' });
      expect([answer.status, errorOf(answer.text, 'assignee-id')]).toEqual([
        422,
        `Error: ${TASK_FORM_TEXTS.assignee}`,
      ]);
    }
    expect(textOf((await mina.get(path())).text)).toContain('Nobody yet ana mod-mina (you) otto');
  });

  test('stays shown and chosen when they leave the staff, until somebody gives it to another', async () => {
    const { db } = app.context;
    await mina.follow(await mina.submit(path(), { assignee_id: String(ids.otto), version: '1' }));
    for (const [change, words] of [
      [{ role: 'user' }, TASK_VIEW_TEXTS.notStaff('otto')],
      [{ role: 'moderator', disabled_at: 1 }, TASK_VIEW_TEXTS.notStaff('otto')],
      [{ role: 'user', username: 'erased #4', erased_at: 1 }, TASK_VIEW_TEXTS.notStaff('somebody who left')],
    ] as const) {
      await db('users')
        .where('id', ids.otto as number)
        .update(change);
      expect(textOf((await mina.get(paths.tasks())).text)).toContain(`For ${words}`);
      const theirs = await mina.get(`${paths.tasks()}?assignee=${ids.otto}`);
      expect(theirs.text).toContain(`<option value="${ids.otto}" selected>${words}</option>`);
      const page = await mina.get(path());
      expect(textOf(page.text)).toContain(words);
      expect(formOf(page).assignee_id).toBe(String(ids.otto));
      const saved = await mina.post(path(), { ...formOf(page), note: `for ${words.length} boxes` });
      expect(saved.status).toBe(303);
      expect(await row()).toMatchObject({ note: `for ${words.length} boxes`, assignee_id: ids.otto });
    }
    await mina.submit(path(), { ...formOf(await mina.get(path())), assignee_id: '' });
    expect(await row()).toMatchObject({ assignee_id: null });
    expect(textOf((await mina.get(path())).text)).not.toContain('no longer staff');
    await db('users')
      .where('id', ids.otto as number)
      .update({ role: 'moderator', username: 'otto', disabled_at: null, erased_at: null });
  });
});

describe('two who edit a task', () => {
  test('the second sees what the first saved, keeps the own typing, and saves by sending it again', async () => {
    const opened = formOf(await ana.get(path()));
    await mina.submit(path(), { note: 'three boxes', due_on: '2026-12-24', version: '1' });
    const typed = { ...opened, title: 'Order pens', note: 'two & a half <boxes>' };
    const told = await ana.post(`${path()}?show=all`, typed);
    expect(told.status).toBe(422);
    const [alert] = alertsOf(told.text);
    expect(alert).toContain(`warning: ${TASK_TEXTS.changed('mod-mina')}`);
    expect(alert).toContain('Title Order paper Note three boxes Due day 24 December 2026 Save again');
    expect(alert).not.toContain('For ');
    const again = formOf(told);
    expect(again).toMatchObject({ title: 'Order pens', due_on: '', version: '2' });
    expect(textOf(again.note ?? '')).toBe('two & a half <boxes>');
    expect(await row()).toMatchObject({ title: 'Order paper', note: 'three boxes', version: 2 });

    const saved = await ana.post(`${path()}?show=all`, { ...typed, version: '2' });
    expect([saved.status, saved.location]).toEqual([303, `${paths.tasks()}?show=all`]);
    expect(await row()).toMatchObject({ title: 'Order pens', due_on: null, version: 3 });
  });

  test('who typed the same as the first is told nothing, and completing is no change of what is typed', async () => {
    const opened = formOf(await ana.get(path()));
    await mina.submit(path(), { note: 'three boxes', version: '1' });
    await mina.post(paths.completeTask(id));
    expect((await ana.post(path(), { ...opened, note: 'three boxes' })).status).toBe(303);
    const next = await ana.post(path(), { ...opened, note: 'four boxes', version: '2' });
    expect(next.status).toBe(303);
    expect(await row()).toMatchObject({ note: 'four boxes', done_by: ids['mod-mina'] });
  });

  test('what was typed for a task that was deleted meanwhile can be added anew', async () => {
    const typed = { ...formOf(await mina.get(path())), title: 'Order pens', note: 'with care' };
    await ana.submit(paths.deleteTask(id));
    const told = await mina.post(`${path()}?show=mine`, typed);
    expect(told.status).toBe(404);
    expect(alertsOf(told.text)[0]).toContain(`warning: ${TASK_TEXTS.gone.heading}`);
    expect(formOf(told)).toEqual({ ...typed, version: '' });
    expect(told.text).toContain(`<form class="form" method="post" action="${paths.newTask()}?show=mine"`);
    await mina.follow(await mina.post(paths.newTask(), typed));
    const titles = await app.context.db('tasks').select('title', 'note');
    expect(titles).toEqual([{ title: 'Order pens', note: 'with care' }]);
  });
});

describe('deleting', () => {
  test('asks first, says so and leads back to the list', async () => {
    const page = await ana.get(`${path()}?show=all`);
    expect(page.text).toContain(`href="${paths.deleteTask(id)}?show=all">Delete</a>`);
    const asked = await ana.get(`${paths.deleteTask(id)}?show=all`);
    expect(textOf(asked.text)).toContain('Delete Order paper?');
    expect(asked.text).toContain(`href="${path()}?show=all">Back to the task</a>`);
    expect(await row()).toMatchObject({ title: 'Order paper' });
    const done = await ana.post(`${paths.deleteTask(id)}?show=all`);
    expect([done.status, done.location]).toEqual([303, `${paths.tasks()}?show=all#list`]);
    const list = await ana.follow(done);
    expect(alertsOf(list.text)).toEqual(['success: Success: Deleted: Order paper']);
    expect(textOf(list.text)).toContain('No tasks here');
    const again = await ana.follow(await ana.post(paths.deleteTask(id)));
    expect(alertsOf(again.text)).toEqual([`info: Information: ${TASK_ACTIONS_TEXTS.gone}`]);
    expect((await ana.get(path())).status).toBe(404);
  });

  test('is refused to moderators, who leave a row in the audit log (ASVS 8.2.1, 16.3.1)', async () => {
    expect((await mina.get(path())).text).not.toContain('Delete');
    expect((await mina.get(paths.deleteTask(id))).status).toBe(403);
    await mina.get(path());
    expect((await mina.post(paths.deleteTask(id), { version: '1' })).status).toBe(403);
    expect(await row()).toMatchObject({ title: 'Order paper', version: 1 });
    const rows = (await readAfter(app.context.db, 0, 10_000)).filter(
      ({ action }) => action === 'access.denied',
    );
    expect(rows.map((denied) => [denied.actorId, personalOf(denied).details])).toEqual([
      [ids['mod-mina'], { method: 'POST', path: paths.deleteTask(id) }],
    ]);
  });
});
