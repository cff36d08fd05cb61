import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { codesOn, setUpApp, showsCodes } from '../../testing/authenticator.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { lastMailTo } from '../../testing/mailbox.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { type Answer, alertsOf, hiddenOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as RECOVERY_CODES_TEXTS } from './recovery-codes.page.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

let count = 0;
async function addMember() {
  count += 1;
  const username = `alice-${count}`;
  const visitor = await signIn(app, username);
  return { username, visitor, ...(await setUpApp(app, visitor)) };
}

/** Logs in on another device with a recovery code. */
async function logInWith(username: string, code: string): Promise<{ works: boolean; device: Visitor }> {
  const device = app.visitor();
  await device.follow(await device.logIn(username, PASSWORD));
  const { status } = await device.post(paths.secondFactor(), { code });
  return { works: status === 303, device };
}

const seenOn = (page: string) => /name="seen_codes" value="(\d+)"/.exec(page)?.[1] ?? '';

describe('new recovery codes', () => {
  test('are shown once, take the place of the old ones, end the other sessions (ASVS 7.4.3) and are told by mail', async () => {
    const { username, visitor, codes } = await addMember();
    const { device } = await logInWith(username, String(codes[0]));
    const page = await visitor.get(paths.recoveryCodes());
    expect(textOf(page.text)).toMatch(/9 of the 10 codes made on .* are left\./);

    const sent = await visitor.post(paths.recoveryCodes(), { seen_codes: seenOn(page.text) });
    const answer = await visitor.follow(sent);
    const fresh = codesOn(answer.text);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(fresh).toHaveLength(10);
    expect(fresh.some((code) => codes.includes(code))).toBe(false);
    expect(answer.text).toContain(`<strong>${username}</strong>`);
    const later = await visitor.get(paths.recoveryCodes());
    for (const code of fresh) expect(later.text).not.toContain(code);

    expect((await device.get(paths.store())).location).toBe(paths.login());
    expect((await logInWith(username, String(codes[1]))).works).toBe(false);
    expect((await logInWith(username, String(fresh[0]))).works).toBe(true);
    await lastMailTo(app.context, `${username}@example.org`, 'New recovery codes were made');
  });

  test('are not made again by a reload, nor twice by a double click', async () => {
    const { username, visitor } = await addMember();
    const form = await visitor.get(paths.recoveryCodes());
    const seen = seenOn(form.text);
    const send = (value: string, form_key = hiddenOf(form.text, 'form_key')) =>
      visitor.post(paths.recoveryCodes(), { seen_codes: value, form_key });
    const answers = await Promise.all([send(seen), send(seen)]);
    expect(answers.map(showsCodes)).toEqual([true, true]);
    const shown = codesOn((await visitor.follow(answers[1] as Answer)).text);
    expect(shown).toHaveLength(10);

    const otherWindow = await send(seen, 'another');
    const page = await visitor.follow(otherWindow);
    expect(alertsOf(page.text).at(-1)).toMatch(/^warning: Warning: New codes were made already/);
    expect((await logInWith(username, String(shown[0]))).works).toBe(true);
    const fresh = await send(seenOn(page.text), 'a third');
    expect(codesOn((await visitor.follow(fresh)).text)).toHaveLength(10);
  });

  test('are not made for a form that was tampered with', async () => {
    const { visitor } = await addMember();
    await visitor.get(paths.recoveryCodes());
    for (const seen of ['', '0', '-1', 'null', '9'.repeat(10_000), "1' or '1"]) {
      const answer = await visitor.post(paths.recoveryCodes(), { seen_codes: seen });
      expect(answer.location).toBe(paths.recoveryCodes());
    }
    await expectNoFault(app);
  });

  test('are nothing for who has two-factor off', async () => {
    const visitor = await signIn(app, 'bob');
    for (const ask of [() => visitor.get(paths.recoveryCodes()), () => visitor.post(paths.recoveryCodes())]) {
      const answer = await ask();
      expect(answer.location).toBe(paths.twoFactor());
      expect(alertsOf((await visitor.follow(answer)).text)).toEqual([
        `info: Information: ${RECOVERY_CODES_TEXTS.off}`,
      ]);
    }
  });
});

test('three recovery codes left are a warning, four are not', async () => {
  const { username, visitor, codes } = await addMember();
  for (const code of codes.slice(0, 6)) await logInWith(username, code);
  const page = await visitor.get(paths.twoFactor());
  expect(textOf(page.text)).toContain('4 recovery codes are left.');
  expect(alertsOf(page.text)).toEqual([]);
  await logInWith(username, String(codes[6]));
  expect(alertsOf((await visitor.get(paths.twoFactor())).text)).toEqual([
    'warning: 3 recovery codes are left. Make new ones, before you need one and there is none.',
  ]);
});
