import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { DAY, MINUTE } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { MOST_CLIENTS } from './client-login.ts';
import { formatClient } from './format-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function logIn(username: string, userAgent = 'curl/8.5.0'): Promise<ApiClient> {
  const program = new ApiClient(app.url);
  const headers = { 'user-agent': userAgent };
  const { json } = await program.post('/login', { username, password: PASSWORD }, { headers });
  program.token = json.access_token;
  return program;
}

const isIn = async (program: ApiClient) => (await program.get('/me')).status === 200;
const noticesTo = async (name: string) =>
  (await mailsTo(app.context, `${name}@example.org`)).filter(
    ({ message }) => message.subject === 'A login from a new device',
  );

describe('the mail about a new device', () => {
  test('is not sent for the first login of an account, and once for another place', async () => {
    const id = await addPerson(app.context, 'alice');
    await logIn('alice');
    await logIn('alice');
    expect(await noticesTo('alice')).toEqual([]);
    await logIn('alice', 'shop-sync/2.0');
    await logIn('alice', 'shop-sync/2.0');
    await logIn('alice');
    expect(await noticesTo('alice')).toHaveLength(1);
    const [activity] = await readAllOf(app.context.db, id);
    expect(activity?.action).toBe('login.succeeded');
  });

  test('is sent for a program where only browsers were used, and then not again for a year', async () => {
    await signIn(app, 'bob');
    await logIn('bob');
    app.passTime(364 * DAY);
    await logIn('bob');
    expect(await noticesTo('bob')).toHaveLength(1);
  });

  test('does not make a browser known: a program has no trust to give', async () => {
    const id = await addPerson(app.context, 'carol');
    await logIn('carol');
    const [place] = await app.context.db('known_browsers').where('user_id', id);
    expect(place).toMatchObject({ user_agent: 'curl/8.5.0', trusted_until: null });
  });
});

test('of one login too many the program ends that was used longest ago', async () => {
  const id = await addPerson(app.context, 'dave');
  const first = await logIn('dave');
  app.passTime(1 * MINUTE);
  const second = await logIn('dave');
  const family = await app.context.db('token_families').where('user_id', id).first();
  const more = Array.from({ length: MOST_CLIENTS - 2 }, (_, index) => {
    return { ...family, id: `copy-${index}`, last_used_at: app.context.clock() };
  });
  await app.context.db('token_families').insert(more);
  expect([await isIn(first), await isIn(second)]).toEqual([true, true]);
  const last = await logIn('dave');
  expect([await isIn(first), await isIn(second), await isIn(last)]).toEqual([false, true, true]);
  expect(await app.context.db('token_families').where('user_id', id)).toHaveLength(MOST_CLIENTS);
});

test.each([
  ['curl/8.5.0', 'curl'],
  ['Shop Sync/2.0 (+https://example.org)', 'Shop Sync'],
  ['node', 'node'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0', 'Firefox on Windows'],
  ['Mozilla/5.0 (something)', 'An unknown program'],
  ['<b>Your bank</b>', 'An unknown program'],
  [`${'x'.repeat(200)}/1`, 'An unknown program'],
  ['', 'An unknown program'],
])('a program that calls itself %j is listed as %s', (userAgent, words) => {
  expect(formatClient(userAgent)).toBe(words);
});
