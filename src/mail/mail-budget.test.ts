import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { tellGathered } from '../accounts/events/gathered-events.ts';
import { TEXTS as RESET_LINKS_TEXTS } from '../accounts/password-reset/reset-links.ts';
import { answerResetRequests } from '../accounts/password-reset/reset-requests.ts';
import { inTransaction } from '../database/transaction.ts';
import { paths } from '../paths.ts';
import { DAY, HOUR, MINUTE } from '../shared/clock.ts';
import { ApiClient } from '../testing/api-client.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { actionPath, mailsTo } from '../testing/mailbox.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import { alertsOf } from '../testing/visitor.ts';
import { MAIL_BUDGETS, TEXTS as MAILER_TEXTS } from './mailer.ts';
import { mailboxOf } from './message.ts';

const NEW_DEVICE = 'A login from a new device';
const MORE_DEVICES = 'More logins from new devices';
const VERIFICATION = 'Please confirm your e-mail address';
const RESET = RESET_LINKS_TEXTS.subject;

/** Behind a proxy, so that requests may come from as many addresses as strangers have. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ TRUST_PROXY: '1' });
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.context.db('rate_limits').delete();
});

const from = (number: number) => ({ 'x-forwarded-for': `198.51.100.${number}` });
const subjectsTo = async (address: string) =>
  (await mailsTo(app.context, address)).map(({ message }) => message.subject);
const emailOf = (name: string) => `${name}@example.org`;
const numbers = (count: number) => Array.from({ length: count }, (_none, index) => index + 1);

/** Sends a form from an address, without any cookie from before. */
async function post(path: string, fields: Record<string, string>, number: number) {
  const visitor = app.visitor();
  await visitor.get(path, from(number));
  return visitor.post(path, fields, from(number));
}

const logIn = (username: string, number: number) =>
  post(paths.login(), { username, password: PASSWORD }, number);
const register = (username: string, email: string, number: number) =>
  post(paths.register(), { username, email, password: PASSWORD, password_confirmation: PASSWORD }, number);

async function askForReset(email: string, number: number, visitor = app.visitor()): Promise<void> {
  await visitor.get(paths.forgotPassword(), from(number));
  await visitor.post(paths.forgotPassword(), { email }, from(number));
  await answerResetRequests(app.context);
}

test('an address that was never confirmed gets the link to confirm it and no notice, however often somebody logs in', async () => {
  await register('mallory', 'victim@example.org', 1);
  for (const number of numbers(60)) expect((await logIn('mallory', number)).status).toBe(303);
  app.passTime(2 * HOUR);
  await tellGathered(app.context);
  expect(await subjectsTo('victim@example.org')).toEqual([VERIFICATION]);
  const [{ id }] = await app.context.db('users').where('username', 'mallory').select('id');
  const logins = await app.context.db('audit_log').where({ subject_id: id, action: 'login.succeeded' });
  expect(logins).toHaveLength(60);
});

test('many logins from new devices are two mails, and one an hour later that counts the rest', async () => {
  await signIn(app, 'alice');
  for (const number of numbers(12)) expect((await logIn('alice', number)).status).toBe(303);
  expect(await subjectsTo(emailOf('alice'))).toEqual([NEW_DEVICE, NEW_DEVICE]);
  await tellGathered(app.context);
  expect(await subjectsTo(emailOf('alice'))).toHaveLength(2);

  app.passTime(HOUR);
  await Promise.all([tellGathered(app.context), tellGathered(app.context)]);
  const [digest, ...more] = (await mailsTo(app.context, emailOf('alice'))).slice(2);
  expect(more).toEqual([]);
  expect(digest?.message).toMatchObject({
    subject: MORE_DEVICES,
    paragraphs: ['Somebody logged in to your account 10 more times from devices that were not used before.'],
    facts: [{ label: 'Since', value: expect.stringMatching(/\d{4}/) }],
    action: { path: paths.activity() },
    alarm: { path: expect.stringMatching(/^\/not-me\//) },
    closing: [MAILER_TEXTS.last],
  });
});

test('programs that log in from many addresses are told likewise, and what is left over on the next day', async () => {
  await addPerson(app.context, 'bob');
  for (const number of numbers(13)) {
    const program = new ApiClient(app.url);
    const credentials = { username: 'bob', password: PASSWORD };
    expect((await program.post('/login', credentials, { headers: from(number) })).status).toBe(200);
  }
  app.passTime(HOUR);
  await tellGathered(app.context);
  expect(await subjectsTo(emailOf('bob'))).toEqual([NEW_DEVICE, NEW_DEVICE, MORE_DEVICES]);

  for (const number of numbers(5)) await logIn('bob', 100 + number);
  app.passTime(2 * HOUR);
  await tellGathered(app.context);
  expect(await subjectsTo(emailOf('bob'))).toHaveLength(3);
  app.passTime(DAY);
  await tellGathered(app.context);
  const [next, ...more] = (await mailsTo(app.context, emailOf('bob'))).slice(3);
  expect(more).toEqual([]);
  expect(next?.message.paragraphs.join()).toContain('5 more times');
});

test('registrations of one mailbox under many tags get four mails, and the same page', async () => {
  const answers: [number, string, string[]][] = [];
  for (const number of numbers(20)) {
    const visitor = app.visitor();
    await visitor.get(paths.register(), from(number));
    const password = { password: PASSWORD, password_confirmation: PASSWORD };
    const names = { username: `tag-${number}`, email: `Carol+${number}@example.org` };
    const answer = await visitor.post(paths.register(), { ...names, ...password }, from(number));
    answers.push([answer.status, answer.location, alertsOf((await visitor.follow(answer)).text)]);
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const subjects: string[] = [];
  for (const number of numbers(20)) subjects.push(...(await subjectsTo(`Carol+${number}@example.org`)));
  expect(subjects).toEqual(Array(MAIL_BUDGETS.verification).fill(VERIFICATION));
});

test('"send again" says how long to wait when the mailbox has had its mails, and the link before still works', async () => {
  for (const number of numbers(4)) await register(`dan-${number}`, `dan+${number}@example.org`, number);
  const link = actionPath((await mailsTo(app.context, 'dan+4@example.org'))[0] as never);
  const dan = app.visitor();
  await dan.logIn('dan-4', PASSWORD);
  await dan.get(paths.store());
  const sent = await dan.post(paths.verificationMail(), { from: paths.store() });
  expect(alertsOf((await dan.follow(sent)).text).at(-1)).toMatch(/^warning: .*try again in 24 hours\.$/);
  expect(await subjectsTo('dan+4@example.org')).toHaveLength(1);
  expect((await dan.get(link)).status).toBe(200);
  app.passTime(DAY);
  await dan.logIn('dan-4', PASSWORD);
  await dan.get(paths.store());
  await dan.post(paths.verificationMail(), { from: paths.store() });
  expect(await subjectsTo('dan+4@example.org')).toHaveLength(2);
});

test('a member who closes an account that was never confirmed gets the way back, after whatever other mails', async () => {
  for (const number of numbers(4)) await register(`lea-${number}`, `lea+${number}@example.org`, number);
  const lea = app.visitor();
  await lea.follow(await lea.logIn('lea-4', PASSWORD));
  await lea.submit(paths.closing(), { username: 'lea-4' });
  expect(await subjectsTo('lea+4@example.org')).toEqual([VERIFICATION, 'Your account was closed']);
});

test('a new address that members type counts against the mailbox that it leads to, and nothing is changed', async () => {
  const erin = await signIn(app, 'erin');
  for (const number of numbers(4)) await register(`fred-${number}`, `fred+${number}@example.org`, number);
  await erin.get(paths.profile());
  const asked = await erin.post(paths.profile(), { username: 'erin-2', email: 'FRED@example.org' });
  expect(asked.status).toBe(429);
  expect(Number(asked.headers.get('retry-after'))).toBeGreaterThan(23 * 3_600);
  expect(await app.context.db('users').where('username', 'erin-2')).toEqual([]);
  expect(await subjectsTo('FRED@example.org')).toEqual([]);
});

test('what strangers ask for uses up no reset that a member asks for with a browser that was used before', async () => {
  const gina = await signIn(app, 'gina');
  for (const number of numbers(10)) await askForReset('gina@example.org', number);
  await askForReset('Gina@example.org', 11);
  expect(await subjectsTo(emailOf('gina'))).toEqual(Array(MAIL_BUDGETS.reset).fill(RESET));
  gina.cookies.delete('gatehouse');
  await askForReset('gina@example.org', 12, gina);
  expect(await subjectsTo(emailOf('gina'))).toHaveLength(MAIL_BUDGETS.reset + 1);
});

test('a reset is not shut out by the mails of registrations, nor by notices', async () => {
  await signIn(app, 'hana');
  for (const number of numbers(9)) await register(`hana-${number}`, `hana+${number}@example.org`, number);
  for (const number of numbers(9)) await logIn('hana', number);
  await askForReset('hana@example.org', 99);
  expect(await subjectsTo(emailOf('hana'))).toEqual([NEW_DEVICE, NEW_DEVICE, RESET]);
});

test('all that strangers can cause is ten mails a day, in whatever order', async () => {
  await signIn(app, 'ines');
  for (const number of numbers(20)) {
    await register(`ines-${number}`, `ines+${number}@example.org`, number);
    await logIn('ines', number);
    await askForReset('ines@example.org', number);
    app.passTime(HOUR);
    await tellGathered(app.context);
  }
  const mails = await Promise.all(
    [emailOf('ines'), ...numbers(20).map((number) => `ines+${number}@example.org`)].map(subjectsTo),
  );
  expect(mails.flat()).toHaveLength(10);
});

test('a mail that is not queued because its cause is undone uses up nothing', async () => {
  const { db, mailer } = app.context;
  const message = { subject: 'Hello', name: 'jack', paragraphs: [] };
  const mail = { to: 'jack@example.org', budget: 'notices', message } as const;
  const failing = inTransaction(db, async (trx) => {
    await mailer.queue(trx, mail);
    throw new Error('The cause failed.');
  });
  await expect(failing).rejects.toThrow('The cause failed.');
  const waits = await Promise.all(numbers(20).map(() => inTransaction(db, (trx) => mailer.queue(trx, mail))));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(MAIL_BUDGETS.notices);
  expect(Math.max(...waits)).toBeLessThanOrEqual(DAY + MINUTE);
});

test('a clock that is set back makes nobody wait longer than a day for the next mail', async () => {
  const { db, mailer } = app.context;
  const message = { subject: 'Hello', name: 'kim', paragraphs: [] };
  const queue = () =>
    inTransaction(db, (trx) => mailer.queue(trx, { to: 'kim@example.org', budget: 'notices', message }));
  await Promise.all(numbers(MAIL_BUDGETS.notices).map(queue));
  expect(await queue()).toBeGreaterThan(0);
  app.passTime(-HOUR);
  expect(await queue()).toBe(0);
  app.passTime(HOUR);
});

test.each([
  ['Anna.Smith+shop@Example.ORG', 'anna.smith@example.org'],
  ['anna+a+b@example.org', 'anna@example.org'],
  ['+tag@example.org', '+tag@example.org'],
  ['anna@plus+host.example', 'anna@plus+host.example'],
])('%s leads to the mailbox %s', (address, mailbox) => {
  expect(mailboxOf(address)).toBe(mailbox);
});
