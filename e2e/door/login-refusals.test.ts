import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { TEXTS as LOGIN_TEXTS, REFUSALS } from '../../src/accounts/login/login.ts';
import { paths } from '../../src/paths.ts';
import {
  credentials,
  expectMessage,
  expectStoreOf,
  fill,
  messages,
  send,
  sendLogin,
} from '../support/door.ts';
import { person } from '../support/members.ts';
import { expectFormBack, expectTypedKept } from '../support/refusals.ts';
import { expect, test } from '../support/test.ts';

const WRONG = `Error: ${DOOR_TEXTS.wrong}`;

test('logging in with something left empty says what each field wants', async ({ page, watch }) => {
  watch.expectStatus(422);
  const errors = {
    'Username or e-mail': LOGIN_TEXTS.username,
    Password: LOGIN_TEXTS.password,
  };
  await page.goto(paths.login());
  await send(page, 'Log in');
  await expectFormBack(page, credentials({ name: '', password: '' }), errors);

  for (const [label, said] of Object.entries(errors)) {
    const typed = { ...credentials(person('alice')), [label]: '' };
    await fill(page, typed);
    await send(page, 'Log in');
    await expectFormBack(page, typed, { [label]: said });
  }
});

test('a wrong password and an unknown name get the same answer, once, and the name is kept', {
  tag: '@journey',
}, async ({ page, members, newcomer, watch }) => {
  watch.expectStatus(422);
  const alice = await members.get('alice');
  await page.goto(paths.login());
  for (const who of [{ ...alice, password: 'not-hers' }, newcomer]) {
    expect((await sendLogin(page, who)).status()).toBe(422);
    await expectMessage(page, 'alert', WRONG);
    await expectTypedKept(page, credentials(who));
  }

  await page.goto(paths.login());
  await expect(messages(page)).toHaveCount(0);
  await sendLogin(page, alice);
  await expectStoreOf(page, 'alice');
});

test('the title of a refused login says that something is wrong', async ({ page, newcomer, watch }) => {
  watch.expectStatus(422);
  await page.goto(paths.login());
  await sendLogin(page, newcomer);
  await expect(page).toHaveTitle(/^Error: /);
});

test('a disabled member is told so, but only with the right password', async ({
  page,
  members,
  newcomer,
  watch,
}) => {
  watch.expectStatus(422);
  await members.disable(newcomer.name);
  await page.goto(paths.login());
  await sendLogin(page, { ...newcomer, password: 'not-the-right-1' });
  await expectMessage(page, 'alert', WRONG);
  await sendLogin(page, newcomer);
  await expectMessage(page, 'alert', `Error: ${REFUSALS.disabled}`);
});

test('too many failed logins are told to wait, and the name is kept', async ({
  page,
  newcomer,
  useUpThrottles,
  watch,
}) => {
  watch.expectStatus(422);
  watch.expectStatus(429);
  await page.goto(paths.login());
  await sendLogin(page, newcomer);
  await useUpThrottles();
  expect((await sendLogin(page, newcomer)).status()).toBe(429);
  await expectMessage(page, 'alert', /^Error: Too many failed logins\. Try again in .+\.$/);
  await expectTypedKept(page, credentials(newcomer));
  await expect(page).toHaveTitle(/^Error: /);
});
