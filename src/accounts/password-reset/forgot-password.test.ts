import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { HOUR } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { actionPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { addPerson } from '../../testing/people.ts';
import { type Answer, alertsOf, errorOf } from '../../testing/visitor.ts';
import { TEXTS as FORGOT_PASSWORD_TEXTS } from './forgot-password.page.ts';
import { TEXTS as RESET_LINKS_TEXTS } from './reset-links.ts';
import { answerResetRequests } from './reset-requests.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());
beforeEach(async () => {
  for (const table of ['rate_limits', 'reset_requests', 'outbox', 'account_links']) {
    await app.context.db(table).delete();
  }
});

const requests = () => app.context.db('reset_requests').select();
const ask = (email: string) => app.visitor().submit(paths.forgotPassword(), { email });

describe('known and unknown addresses', () => {
  /** All that is not an id or a date. */
  const likeness = ({ status, headers, text }: Answer) => ({
    status,
    text: text.replaceAll(/value="[^"]{20,}"/g, ''),
    headers: [...headers].filter(([name]) => !['date', 'x-request-id', 'set-cookie'].includes(name)),
  });

  test('get the same answer, do the same work and leave the same row (ASVS 6.3.8)', async () => {
    const queries: string[][] = [];
    const answers: object[] = [];
    const listen = ({ sql }: { sql: string }) => void queries.at(-1)?.push(sql);
    app.context.db.on('query', listen);
    for (const email of ['alice@example.org', 'nobody@example.org', 'ALICE@Example.org']) {
      const visitor = app.visitor();
      await visitor.get(paths.forgotPassword());
      queries.push([]);
      const answer = await visitor.post(paths.forgotPassword(), { email });
      answers.push([likeness(answer), likeness(await visitor.follow(answer))]);
    }
    app.context.db.removeListener('query', listen);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(queries[1]).toEqual(queries[0]);
    const aboutPeople = queries[0]?.filter((sql) => /\busers\b/.test(sql) && !/\bsessions\b/.test(sql));
    expect(aboutPeople).toEqual([]);
    expect((await requests()).map(({ email_key }) => email_key)).toEqual([
      'alice@example.org',
      'nobody@example.org',
      'alice@example.org',
    ]);
  });

  test('read the same words, which promise nothing', async () => {
    const visitor = app.visitor();
    const sent = await visitor.submit(paths.forgotPassword(), { email: 'nobody@example.org' });
    expect([sent.status, sent.location]).toEqual([303, paths.login()]);
    expect(alertsOf((await visitor.follow(sent)).text)).toEqual([
      `info: Information: ${FORGOT_PASSWORD_TEXTS.sent}`,
    ]);
  });

  test('a moment later who has an account gets a mail, and nobody else does', async () => {
    await ask('ALICE@example.org');
    await ask('nobody@example.org');
    await answerResetRequests(app.context);
    expect(await requests()).toEqual([]);
    const { message } = await lastMailTo(app.context, 'alice@example.org', RESET_LINKS_TEXTS.subject);
    expect(message.facts?.map(({ label }) => label)).toEqual(['When', 'Network address', 'Device']);
    expect(message.paragraphs.join()).toContain('one hour');
    expect(await app.context.db('outbox').pluck('id')).toHaveLength(1);
  });
});

test('whoever asks has no words of their own in the mail', async () => {
  const headers = { 'user-agent': 'Your account is at risk: go to https://evil.example /1 ' };
  const visitor = app.visitor();
  await visitor.get(paths.forgotPassword());
  await visitor.post(paths.forgotPassword(), { email: 'alice@example.org' }, headers);
  await answerResetRequests(app.context);
  const { message } = await lastMailTo(app.context, 'alice@example.org');
  expect(message.facts).toContainEqual({ label: 'Device', value: 'An unknown device' });
  expect(JSON.stringify(message)).not.toContain('evil.example');
});

test('several processes answer a request once', async () => {
  await ask('alice@example.org');
  await Promise.all([1, 2, 3].map(() => answerResetRequests(app.context)));
  expect(await mailsTo(app.context, 'alice@example.org')).toHaveLength(1);
});

test('a newer link ends the older one', async () => {
  await ask('alice@example.org');
  await answerResetRequests(app.context);
  const older = actionPath(await lastMailTo(app.context, 'alice@example.org'));
  await ask('alice@example.org');
  await answerResetRequests(app.context);
  const newer = actionPath(await lastMailTo(app.context, 'alice@example.org'));
  expect((await app.visitor().get(older)).status).toBe(410);
  expect((await app.visitor().get(newer)).location).toBe(paths.resetPassword());
  app.passTime(HOUR);
  expect((await app.visitor().get(newer)).status).toBe(410);
});

test.each([
  ['disabled', { disabled_at: 1 }],
  ['closed', { closing_at: Date.now() + 1e9 }],
])('an account that is %s gets no link', async (_what, state) => {
  const name = Object.keys(state)[0]?.split('_')[0] as string;
  const id = await addPerson(app.context, name);
  await app.context.db('users').where({ id }).update(state);
  await ask(`${name}@example.org`);
  await answerResetRequests(app.context);
  expect(await mailsTo(app.context, `${name}@example.org`)).toEqual([]);
});

describe('the throttle (ASVS 6.3.1)', () => {
  test('sends three mails an hour to an address and says nothing of it', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => ask('alice@example.org')));
    expect(answers.map(({ location }) => location)).toEqual(Array(5).fill(paths.login()));
    expect(await requests()).toHaveLength(3);
  });

  test('takes 20 an hour from a network, then says how long to wait and keeps what was typed', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.forgotPassword());
    for (let index = 0; index < 20; index += 1) {
      await visitor.post(paths.forgotPassword(), { email: `guess-${index}@example.org` });
    }
    const answer = await visitor.post(paths.forgotPassword(), { email: 'guess@example.org' });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect(alertsOf(answer.text)[0]).toContain('Try again in 60 minutes.');
    expect(answer.text).toContain('guess@example.org');
    expect(await requests()).toHaveLength(20);
  });
});

test.each(['', 'nobody', 'x'.repeat(10_000), 'a@b@c', "' or 1=1 --"])(
  'what is no address is told so: "%.20s"',
  async (email) => {
    const answer = await ask(email);
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'email')).not.toBe('');
    expect(await requests()).toEqual([]);
  },
);
