import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { actionPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { alertsOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as VERIFY_EMAIL_TEXTS } from './verify-email.page.ts';
import { TEXTS as WAITING_TEXTS } from './waiting.page.ts';

/** Who may come in is decided after registering, by the setting: one store for each. */
let open: TestApp;
let verified: TestApp;
let approval: TestApp;
beforeAll(async () => {
  open = await startTestApp();
  verified = await startTestApp({ MEMBERSHIP: 'verified' });
  approval = await startTestApp({ MEMBERSHIP: 'approval' });
});
afterAll(async () => {
  await open.close();
  await verified.close();
  await approval.close();
});

async function join(app: TestApp, name: string): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.register(name, PASSWORD);
  await visitor.logIn(name, PASSWORD);
  return visitor;
}

const linkOf = async (app: TestApp, name: string) =>
  actionPath(await lastMailTo(app.context, `${name}@example.org`, 'Please confirm your e-mail address'));
const isVerified = async (app: TestApp, name: string) =>
  (await app.context.db('users').where('username', name).first()).email_verified_at !== null;

describe('the verification link', () => {
  test('shows a button, and only the button confirms: to a guest, who goes on to the login page', async () => {
    const guest = open.visitor();
    await guest.register('alice', PASSWORD);
    const link = await linkOf(open, 'alice');
    const page = await guest.get(link);
    expect(page.status).toBe(200);
    expect(textOf(page.text)).toContain('alice@example.org');
    expect(await isVerified(open, 'alice')).toBe(false);

    const done = await guest.post(link);
    expect([done.status, done.location]).toEqual([303, paths.home()]);
    expect(await isVerified(open, 'alice')).toBe(true);
    const next = await guest.follow(await guest.follow(done));
    expect(alertsOf(next.text)).toEqual([`success: Success: ${VERIFY_EMAIL_TEXTS.done}`]);
  });

  test('works for somebody who is logged in, who at a second click reads that all is done', async () => {
    const bob = await join(open, 'bob');
    const link = await linkOf(open, 'bob');
    await bob.submit(link);
    expect(await isVerified(open, 'bob')).toBe(true);
    expect((await bob.get(paths.store())).status).toBe(200);

    const again = await bob.post(link);
    expect((await bob.get(link)).location).toBe(again.location);
    expect(again.location).toBe(paths.account());
    expect(alertsOf((await bob.follow(again)).text)).toContain(
      `info: Information: ${WAITING_TEXTS.verified}`,
    );
  });

  test('is dead once the account has another address', async () => {
    await join(open, 'carol');
    const link = await linkOf(open, 'carol');
    await open.context
      .db('users')
      .where('username', 'carol')
      .update({ email: 'c@example.org', email_key: 'c@example.org' });
    const guest = open.visitor();
    expect((await guest.get(link)).status).toBe(410);
    await guest.get(paths.login());
    expect((await guest.post(link)).status).toBe(410);
    expect(await isVerified(open, 'carol')).toBe(false);
  });
});

describe('"send again"', () => {
  test('sends a link that works, ends the one before and goes back to where it was asked for', async () => {
    const dan = await join(open, 'dan');
    const first = await linkOf(open, 'dan');
    const banner = await dan.get(`${paths.store()}?q=mouse`);
    expect(banner.text).toContain(`name="from" value="${paths.store()}?q=mouse"`);
    const sent = await dan.post(paths.verificationMail(), { from: paths.store() });
    expect([sent.status, sent.location]).toEqual([303, paths.store()]);
    expect(alertsOf((await dan.follow(sent)).text)).toEqual([
      `success: Success: ${WAITING_TEXTS.sent('dan@example.org')}`,
    ]);
    expect((await dan.get(first)).status).toBe(410);
    expect((await dan.get(await linkOf(open, 'dan'))).status).toBe(200);
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example/', ''])(
    'goes to the account from "%s" (ASVS 3.7.2)',
    async (from) => {
      await open.context.db('rate_limits').delete();
      const visitor = open.visitor();
      await visitor.follow(await visitor.logIn('dan', PASSWORD));
      const sent = await visitor.post(paths.verificationMail(), { from });
      expect(sent.location).toBe(paths.account());
    },
  );

  test('is done three times an hour, then says how long to wait', async () => {
    const erin = await join(open, 'erin');
    await erin.get(paths.store());
    const send = () => erin.post(paths.verificationMail(), { from: paths.store() });
    const answers = await Promise.all([send(), send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
    // Three sent again, and the one after registering.
    expect(await mailsTo(open.context, 'erin@example.org')).toHaveLength(4);
    const alerts = alertsOf((await erin.follow(await send())).text);
    expect(alerts.at(-1)).toMatch(/^warning: .*already sent several emails.* try again in 60 minutes\.$/);
  });

  test('does nothing for an address that is confirmed, and nothing for a guest', async () => {
    const bob = open.visitor();
    await bob.logIn('bob', PASSWORD);
    await bob.get(paths.store());
    const before = (await mailsTo(open.context, 'bob@example.org')).length;
    const sent = await bob.post(paths.verificationMail(), { from: paths.store() });
    expect(alertsOf((await bob.follow(sent)).text)).toEqual([`info: Information: ${WAITING_TEXTS.verified}`]);
    expect(await mailsTo(open.context, 'bob@example.org')).toHaveLength(before);
    expect((await open.visitor().post(paths.verificationMail())).location).toBe(paths.login());
  });
});

describe('the waiting page', () => {
  test('keeps who has not confirmed the address, says how to go on, and lets go at once', async () => {
    const alice = await join(verified, 'alice');
    expect((await alice.get(paths.store())).location).toBe(paths.waiting());
    const page = await alice.get(paths.waiting());
    expect(textOf(page.text)).toContain('Please confirm your e-mail address');
    expect(page.text).toContain(`action="${paths.verificationMail()}"`);
    expect(page.text).toContain(`href="${paths.profile()}"`);
    const sent = await alice.post(paths.verificationMail(), { from: paths.waiting() });
    expect(sent.location).toBe(paths.waiting());

    await alice.submit(await linkOf(verified, 'alice'));
    expect((await alice.get(paths.waiting())).location).toBe(paths.store());
    expect((await alice.get(paths.store())).status).toBe(200);
  });

  test('keeps who waits for an admin, also with a confirmed address', async () => {
    const bob = await join(approval, 'bob');
    expect(textOf((await bob.get(paths.waiting())).text)).toContain('please confirm your e-mail address');
    await bob.submit(await linkOf(approval, 'bob'));
    const page = textOf((await bob.get(paths.waiting())).text);
    expect(page).toContain(WAITING_TEXTS.waiting.title);
    expect(page).toContain('nothing more for you to do');
    expect((await bob.get(paths.store())).location).toBe(paths.waiting());
  });

  test('is no place for who is in', async () => {
    const carol = await signIn(approval, 'carol');
    expect((await carol.get(paths.waiting())).location).toBe(paths.store());
  });
});
