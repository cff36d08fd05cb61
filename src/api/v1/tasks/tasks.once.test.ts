import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { personalOf } from '../../../audit/audit.ts';
import { type ApiAnswer, ApiClient } from '../../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../../testing/app.ts';
import { readAfter } from '../../../testing/audit.ts';
import { addPerson, PASSWORD } from '../../../testing/people.ts';

let app: TestApp;
let ana: ApiClient;
let mina: ApiClient;
const ids: Record<string, number> = {};
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ids.ana = await addPerson(app.context, 'ana', 'admin');
  ids.mina = await addPerson(app.context, 'mod-mina', 'moderator');
  ids.alice = await addPerson(app.context, 'alice');
  [ana, mina] = [new ApiClient(app.url), new ApiClient(app.url)];
  await ana.logIn('ana', PASSWORD);
  await mina.logIn('mod-mina', PASSWORD);
});
afterAll(() => app.close());
beforeEach(() => app.context.db('tasks').delete());

/** A task that was just added. */
async function added(title: string, more: object = {}): Promise<{ id: number; path: string; tag: string }> {
  const answer = await mina.post('/tasks', { title, ...more });
  expect(answer.status).toBe(201);
  const { id } = answer.json;
  expect(answer.headers.get('location')).toBe(`/api/v1/tasks/${id}`);
  return { id, path: `/tasks/${id}`, tag: answer.headers.get('etag') ?? '' };
}

const change = (who: ApiClient, path: string, tag: string, body: object) =>
  who.send('PATCH', path, { body, headers: { 'if-match': tag } });
const errorsOf = ({ json }: ApiAnswer) => json.errors.map(({ pointer }: { pointer: string }) => pointer);
const actionsOf = async (id: number) =>
  (await readAfter(app.context.db, 0, 10_000))
    .filter((row) => personalOf(row).details?.task === id)
    .map(({ action }) => action);

test('a task is added, read, changed, done, opened again and deleted', async () => {
  const { id, path } = await added(' Order   paper ', {
    note: 'two boxes',
    assignee_id: ids.ana,
    due_on: '2026-12-01',
  });
  const first = await ana.get(path);
  expect(first.json).toMatchObject({
    id,
    title: 'Order paper',
    note: 'two boxes',
    assignee_id: ids.ana,
    assignee: { id: ids.ana, username: 'ana' },
    due_on: '2026-12-01',
    done: false,
    done_at: null,
    created_by: { id: ids.mina, username: 'mod-mina' },
  });
  const tagged = async () => (await ana.get(path)).headers.get('etag') ?? '';
  const both = await change(ana, path, await tagged(), {
    title: 'Order pens',
    assignee_id: null,
    due_on: null,
    done: true,
  });
  expect(both.status).toBe(200);
  expect(both.headers.get('etag')).toBe(await tagged());
  expect(both.json).toMatchObject({
    title: 'Order pens',
    note: 'two boxes',
    assignee_id: null,
    assignee: null,
    due_on: null,
    done: true,
    done_by: { id: ids.ana, username: 'ana' },
  });
  expect((await change(mina, path, await tagged(), { done: false, note: '' })).json).toMatchObject({
    done: false,
    note: '',
  });
  expect((await change(mina, path, await tagged(), {})).status).toBe(200);
  expect((await mina.send('DELETE', path)).status).toBe(403);
  expect((await ana.send('DELETE', path)).status).toBe(204);
  for (const gone of [
    await ana.get(path),
    await change(ana, path, '*', { done: true }),
    await mina.get('/tasks/987654'),
    await ana.send('DELETE', '/tasks/987654'),
  ]) {
    expect(gone.status).toBe(404);
  }
  expect((await ana.get('/tasks?show=all')).json.data).toEqual([]);
  expect(await actionsOf(id)).toEqual([
    'task.added',
    'task.changed',
    'task.completed',
    'task.changed',
    'task.reopened',
    'task.deleted',
  ]);
});

describe('an edit', () => {
  test('is of what was read: of two at the same instant one is refused, also when the other has done it', async () => {
    const { id, path, tag } = await added('Order paper');
    expect((await ana.send('PATCH', path, { body: { title: 'x' } })).status).toBe(428);
    for (const other of [`W/${tag}`, '"other"', tag.replaceAll('"', ''), '']) {
      expect([other, (await change(ana, path, other, { title: 'x' })).status]).toEqual([other, 412]);
    }
    const answers = await Promise.all([
      change(ana, path, tag, { done: true }),
      change(mina, path, `"other", ${tag}`, { title: 'Order ink' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await change(ana, path, '*', { title: 'Order pens' })).status).toBe(200);
    expect((await actionsOf(id)).length).toBe(3);
  });

  test('is whole or nothing, and points to what is wrong in it', async () => {
    const { path, tag } = await added('Order paper');
    const before = (await ana.get(path)).json;
    for (const [body, fields] of [
      [{ title: ' ', done: true }, ['#/title']],
      [{ title: 'x'.repeat(121), note: 'x'.repeat(4_001), done: true }, ['#/title', '#/note']],
      [{ assignee_id: ids.alice, due_on: '1999-12-31', done: true }, ['#/assignee_id', '#/due_on']],
      [{ assignee_id: 0, due_on: '', done: 'yes' }, ['#/assignee_id', '#/due_on', '#/done']],
      [{ done: null, version: 7, deleted_at: null }, ['#/done', '#/version', '#/deleted_at']],
    ] as [object, string[]][]) {
      const answer = await change(mina, path, tag, body);
      expect([answer.status, errorsOf(answer)]).toEqual([422, fields]);
    }
    expect((await ana.get(path)).json).toEqual(before);
  });
});

test('a task is deleted by who has read it, where If-Match says so (RFC 9110, 13.1.1)', async () => {
  const { path, tag } = await added('Order paper');
  const remove = (ifMatch: string) => ana.send('DELETE', path, { headers: { 'if-match': ifMatch } });
  await change(mina, path, tag, { title: 'Order pens' });
  for (const other of [tag, '"other"', ''])
    expect([other, (await remove(other)).status]).toEqual([other, 412]);
  const read = await ana.get(path);
  expect(read.json.title).toBe('Order pens');
  expect((await remove(`"other", ${read.headers.get('etag')}`)).status).toBe(204);
  const { path: second } = await added('Order ink');
  expect((await ana.send('DELETE', second, { headers: { 'if-match': '*' } })).status).toBe(204);
  expect((await ana.send('DELETE', '/tasks/987654', { headers: { 'if-match': '*' } })).status).toBe(404);
});

describe('an Idempotency-Key', () => {
  const send = (title: string, key: string, who = mina) =>
    who.post('/tasks', { title }, { headers: { 'idempotency-key': key } });

  test('sent twice with one body is one task, also at the same instant', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => send('Order paper', 'k-1')));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const [first] = answers;
    for (const { json } of answers) expect(json).toEqual(first?.json);
    await change(ana, `/tasks/${first?.json.id}`, '*', { title: 'Order more paper' });
    expect((await send('Order paper', 'k-1')).json).toMatchObject({ id: first?.json.id });
    await ana.send('DELETE', `/tasks/${first?.json.id}`);
    expect((await send('Order paper', 'k-1')).status).toBe(409);
  });

  test('sent with another body is refused, whoever was first; another member has keys of their own', async () => {
    const answers = await Promise.all(['Order paper', 'Order pens'].map((title) => send(title, 'k-2')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    const refused = await send('Order ink', 'k-2');
    expect([refused.status, refused.json.type]).toEqual([422, '/api/docs#idempotency-key-reused']);
    expect((await ana.get('/tasks')).json.data.length).toBe(1);
    expect((await send('Order ink', 'k-2', ana)).status).toBe(201);
    expect((await send('Order ink', 'k-3')).status).toBe(201);
  });
});

test('the lists are those of the back office, a page at a time', async () => {
  await added('whenever');
  await added('overdue', { due_on: '2020-01-01', assignee_id: ids.ana });
  await added('later', { due_on: '2090-01-01' });
  const done = await added('done');
  await change(ana, done.path, '*', { done: true });
  const titles = async (query: string, who = ana) => {
    const found: string[] = [];
    let next: string | undefined = `/tasks?limit=1&${query}`;
    while (next) {
      const { json, headers } = await who.get(next);
      found.push(...json.data.map(({ title }: { title: string }) => title));
      next = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    }
    return found;
  };
  const open = ['overdue', 'later', 'whenever'];
  expect(await titles('')).toEqual(open);
  expect(await titles('show=all')).toEqual([...open, 'done']);
  expect(await titles('show=done')).toEqual(['done']);
  expect(await titles('show=overdue')).toEqual(['overdue']);
  expect([await titles('show=mine'), await titles('show=mine', mina)]).toEqual([['overdue'], []]);
  expect(await titles('q=EVER+when')).toEqual(['whenever']);
  expect(await titles(`show=all&assignee_id=${ids.ana}`)).toEqual(['overdue']);
  for (const [query, parameter] of [
    ['assignee_id=ana', 'assignee_id'],
    [`q=${'x'.repeat(101)}`, 'q'],
    ['cursor=x', 'cursor'],
    [`cursor=${Buffer.from('{"position":-1,"id":1}').toString('base64url')}`, 'cursor'],
  ]) {
    const refused = await ana.get(`/tasks?${query}`);
    expect([refused.status, refused.json.errors[0].parameter]).toEqual([422, parameter]);
  }
});
