import { afterAll, beforeAll, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { addPersonalToken } from '../../testing/tokens.ts';
import { alertsOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as API_CLIENTS_TEXTS } from './api-clients.page.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function program(username: string, userAgent: string): Promise<ApiClient> {
  const client = new ApiClient(app.url);
  const headers = { 'user-agent': userAgent };
  const { json } = await client.post('/login', { username, password: PASSWORD }, { headers });
  client.token = json.access_token;
  return client;
}

const isIn = async (client: ApiClient) => (await client.get('/me')).status === 200;
const look = async (visitor: Visitor, path = paths.apiClients()) => (await visitor.get(path)).text;
const endingsOn = (page: string) =>
  [...page.matchAll(/href="(\/account\/programs\/[\w-]+\/ending)"/g)].map(([, path]) => path as string);

test('lists the programs of a member, the one used last first, and nothing of others', async () => {
  const alice = await signIn(app, 'alice');
  expect(textOf(await look(alice))).toMatch(/No program is logged in\. .* You have none\./);
  expect(textOf(await look(alice, paths.account()))).toContain('Programs None is logged in See');
  await program('alice', 'shop-sync/2.0');
  app.passTime(3 * MINUTE);
  await program('alice', 'curl/8.5.0');
  await signIn(app, 'other');
  await program('other', 'wget/1');
  const page = await look(alice);
  expect(textOf(page)).toMatch(
    /Logged in .* curl 127\.0\.0\.1 · logged in .* · last used just now .* shop-sync 127\.0\.0\.1 · .* · last used 3 minutes ago/,
  );
  expect(endingsOn(page)).toHaveLength(2);
  expect(textOf(await look(alice, paths.account()))).toContain('Programs 2 programs are logged in See');
});

test('logs one program out: it says so first, ends that one alone, and twice at once is once', async () => {
  const bob = await signIn(app, 'bob');
  const phone = await program('bob', 'shop-sync/2.0');
  const [ending = ''] = endingsOn(await look(bob));
  const laptop = await program('bob', 'curl/8.5.0');
  expect(textOf(await look(bob, ending))).toContain('Log out shop-sync?');
  expect(await isIn(phone)).toBe(true);
  const answers = await Promise.all([bob.post(ending), bob.post(ending)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
  expect([await isIn(phone), await isIn(laptop)]).toEqual([false, true]);
  expect((await bob.get(ending)).status).toBe(404);
  const activity = textOf(await look(bob, paths.activity()));
  expect(activity.match(/A program was logged out\./g)).toHaveLength(1);
  expect(activity).toMatch(/A program logged in with password, from a new device\. [^·]* · curl · 127/);
});

test('leaves another member’s program as if it were not there (ASVS 8.2.2)', async () => {
  const carol = await signIn(app, 'carol');
  const phone = await program('carol', 'curl/8.5.0');
  const [ending = ''] = endingsOn(await look(carol));
  const mallory = await signIn(app, 'mallory', 'admin');
  expect((await mallory.get(ending)).status).toBe(404);
  expect((await mallory.post(ending)).status).toBe(404);
  for (const id of ['%25', "'", 'x'.repeat(5_000), '_'.repeat(22)]) {
    expect((await mallory.post(`/account/programs/${id}/ending`)).status).toBe(404);
  }
  expect(await isIn(phone)).toBe(true);
  await expectNoFault(app);
});

test('logs all programs out at once, and leaves devices and personal access tokens', async () => {
  const dave = await signIn(app, 'dave');
  const { id } = await app.context.db('users').where('username', 'dave').first('id');
  const personal = new ApiClient(app.url, await addPersonalToken(app.context, id));
  const programs = [await program('dave', 'curl/8.5.0'), await program('dave', 'node')];
  expect(textOf(await look(dave, paths.endApiClients()))).toContain('2 programs are logged out at once.');
  expect((await dave.post(paths.endApiClients())).location).toBe(paths.apiClients());
  for (const client of programs) expect(await isIn(client)).toBe(false);
  expect(await isIn(personal)).toBe(true);
  const none = await dave.follow(await dave.get(paths.endApiClients()));
  expect(alertsOf(none.text)).toEqual([
    `success: Success: ${API_CLIENTS_TEXTS.endAll.done}`,
    'info: Information: No program is logged in.',
  ]);
  expect(textOf(await look(dave, paths.account()))).toContain(
    'None is logged in, 1 personal access token See',
  );
});

test('to log programs out takes a recent login (ASVS 7.5.2); to see them does not', async () => {
  const erin = await signIn(app, 'erin');
  const phone = await program('erin', 'curl/8.5.0');
  const [ending = ''] = endingsOn(await look(erin));
  app.passTime(6 * MINUTE);
  expect(endingsOn(await look(erin))).toEqual([ending]);
  for (const path of [ending, paths.endApiClients()]) {
    expect((await erin.get(path)).location).toBe(paths.recentLogin());
    expect((await erin.post(path)).location).toBe(paths.recentLogin());
  }
  expect(await isIn(phone)).toBe(true);
});

test('who changes the password is told that personal access tokens stay, if there are any', async () => {
  const gina = await signIn(app, 'gina');
  const { id } = await app.context.db('users').where('username', 'gina').first('id');
  const personal = new ApiClient(app.url, await addPersonalToken(app.context, id));
  const NEW = 'Oak-bench-under-9-stars!';
  const fields = { current_password: PASSWORD, password: NEW, password_confirmation: NEW };
  const changed = await gina.follow(await gina.submit(paths.password(), fields));
  expect(alertsOf(changed.text)).toEqual([
    expect.stringContaining('every other device and program was logged out'),
    expect.stringContaining('Your personal access tokens go on working.'),
  ]);
  expect(await isIn(personal)).toBe(true);
});

test('the page that logs out other devices says that it logs programs out as well', async () => {
  const fred = await signIn(app, 'fred');
  const phone = await program('fred', 'curl/8.5.0');
  expect(await look(fred, paths.devices())).toContain(paths.endOtherDevices());
  expect(textOf(await look(fred, paths.endOtherDevices()))).toContain('1 program is logged out at once.');
  await fred.post(paths.endOtherDevices());
  expect(await isIn(phone)).toBe(false);
});
