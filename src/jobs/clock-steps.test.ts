import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mailInvitations } from '../accounts/invitations/invitation-mails.ts';
import { answerResetRequests } from '../accounts/password-reset/reset-requests.ts';
import { inviteByMail } from '../members/invite.ts';
import { paths } from '../paths.ts';
import { HOUR, MINUTE, SECOND } from '../shared/clock.ts';
import { ApiClient } from '../testing/api-client.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type MailServer, startMailServer } from '../testing/mail-server.ts';
import { lastMailTo } from '../testing/mailbox.ts';
import { OPS } from '../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import { setSettings } from '../testing/settings.ts';
import { cleanUp } from './jobs.ts';

// A machine's clock is set back or forward by an hour while the store runs. Nobody is kept out or waits for the hour
// to come again, and what was to end ends no later than it would have from now on.

let app: TestApp;
let post: MailServer;
beforeEach(async () => {
  post = await startMailServer();
  app = await startTestApp({ SMTP_URL: post.url, REQUIRE_2FA: 'none' });
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
  await post.goDown();
});

const deliver = () => app.context.sender.deliverDue();

/** Moves the clock of the store and that of the throttles, which is the machine's. */
function setMachineClock(step: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + step });
}

describe('set back by an hour', () => {
  test('who is logged in stays so, and is logged out an hour after the last page all the same', async () => {
    const alice = await signIn(app, 'alice');
    app.passTime(-HOUR);
    expect((await alice.get(paths.store())).status).toBe(200);
    await cleanUp(app.context);
    expect((await alice.get(paths.store())).status).toBe(200);
    app.passTime(HOUR + SECOND);
    expect((await alice.get(paths.store())).location).toBe(paths.login());
  });

  test('a login from before is no recent one for sensitive changes', async () => {
    const alice = await signIn(app, 'alice');
    const sendNothing = () => alice.submit(paths.closing());
    expect((await sendNothing()).status).toBe(422);
    app.passTime(-HOUR);
    expect((await sendNothing()).location).toContain(paths.recentLogin());
  });

  test('whoever was throttled for a minute waits a minute', async () => {
    await addPerson(app.context, 'alice');
    const wrong = async () => (await app.visitor().logIn('alice', 'wrong')).status;
    for (let time = 0; time < 5; time += 1) expect(await wrong()).toBe(422);
    setMachineClock(-HOUR);
    const refused = await app.visitor().logIn('alice', PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(MINUTE / SECOND);
    // What was counted before still counts.
    expect(await wrong()).toBe(429);
    setMachineClock(MINUTE + SECOND);
    expect((await app.visitor().logIn('alice', PASSWORD)).status).toBe(303);
  });

  test('mails that wait go out now, and so do those of a server that was down', async () => {
    await post.goDown();
    await app.visitor().register('alice', PASSWORD);
    await deliver();
    await app.visitor().register('bob', PASSWORD);
    app.passTime(-HOUR);
    await post.comeUp();
    await deliver();
    expect(post.recipients.flat()).toEqual(['bob@example.org']);
    // The one that was tried waits for its next turn: an hour longer at most.
    app.passTime(HOUR + MINUTE);
    await deliver();
    expect(post.recipients.flat()).toEqual(['bob@example.org', 'alice@example.org']);
  });

  test('invitations are mailed now', async () => {
    await inviteByMail(app.context, OPS, { addresses: 'carol@example.org', role: 'user' });
    app.passTime(-HOUR);
    await mailInvitations(app.context);
    await deliver();
    expect(post.recipients.flat()).toContain('carol@example.org');
  });

  test('a reset link works, an hour longer at most', async () => {
    await addPerson(app.context, 'alice');
    await app.visitor().submit(paths.forgotPassword(), { email: 'alice@example.org' });
    await answerResetRequests(app.context);
    const { message } = await lastMailTo(app.context, 'alice@example.org');
    const link = message.action?.path ?? '';
    app.passTime(-HOUR);
    const opened = await app.visitor().get(link);
    expect(opened.status).toBe(303);
    app.passTime(2 * HOUR);
    expect((await app.visitor().get(link)).status).toBe(410);
  });

  test('settings that another process changes are seen', async () => {
    const { settings } = app.context;
    await settings.refresh();
    app.passTime(-HOUR);
    await setSettings(
      { db: app.context.db, settings: { ...settings, reload: async () => undefined } },
      { storeName: 'Barn' },
    );
    expect((await app.visitor().get(paths.login())).text).toContain('Barn');
  });

  test('a program refreshes and goes on; a token that somebody copied ends its login as before', async () => {
    await addPerson(app.context, 'alice');
    const program = new ApiClient(app.url);
    const { json } = await program.logIn('alice', PASSWORD);
    const first = json.refresh_token;
    const second = await program.post('/refresh', { refresh_token: first });
    app.passTime(-HOUR);
    const third = await program.post('/refresh', { refresh_token: second.json.refresh_token });
    expect(third.status).toBe(200);
    expect((await program.get('/me', { token: third.json.access_token })).status).toBe(200);
    expect((await program.post('/refresh', { refresh_token: first })).status).toBe(401);
    expect((await program.get('/me', { token: third.json.access_token })).status).toBe(401);
  });
});

describe('set forward by an hour', () => {
  test('what an hour ends is over: sessions and links; everybody can log in anew and ask again', async () => {
    const alice = await signIn(app, 'alice');
    app.passTime(HOUR);
    expect((await alice.get(paths.store())).location).toBe(paths.login());
    expect((await alice.logIn('alice', PASSWORD)).location).toBe(paths.store());
    // And back again, as when the clock is put right.
    app.passTime(-HOUR);
    expect((await alice.get(paths.store())).status).toBe(200);
  });

  test('mails that were to wait are tried at once, none is given up', async () => {
    await post.goDown();
    await app.visitor().register('alice', PASSWORD);
    await deliver();
    await post.comeUp();
    app.passTime(HOUR);
    await deliver();
    expect(post.recipients.flat()).toEqual(['alice@example.org']);
  });
});
