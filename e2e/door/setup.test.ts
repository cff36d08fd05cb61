import { TEXTS as PASSWORDS_TEXTS } from '../../src/accounts/passwords.ts';
import { TEXTS as SETUP_PAGE_TEXTS } from '../../src/accounts/registration/setup.page.ts';
import { paths } from '../../src/paths.ts';
import { keyOn } from '../../src/testing/authenticator.ts';
import { TEXTS as ERRORS_TEXTS } from '../../src/web/errors.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import {
  expectMessage,
  expectStoreOf,
  fill,
  newAccount,
  openMenu,
  send,
  sendLogin,
} from '../support/door.ts';
import { person } from '../support/members.ts';
import { expectFormBack } from '../support/refusals.ts';
import { expect, test } from '../support/test.ts';

const BUTTON = 'Set up the administrator';

test('the link that the terminal shows makes the first admin, once', { tag: '@no-script' }, async ({
  page,
  openStore,
  watch,
}) => {
  watch.expectStatus(404);
  watch.expectStatus(422);
  const { url, setupUrl } = await openStore();
  const ana = person('ana');

  await test.step('refuses what any new account is refused', async () => {
    await page.goto(setupUrl);
    const values = { ...newAccount(ana), 'Password, once more': 'other' };
    await fill(page, values);
    await send(page, BUTTON);
    await expectFormBack(page, values, { 'Password, once more': PASSWORDS_TEXTS.mismatch });
  });

  await test.step('makes the admin', async () => {
    await fill(page, newAccount(ana));
    await send(page, BUTTON);
    await expect(page).toHaveURL(url + paths.login());
    await expectMessage(page, 'status', `Success: ${SETUP_PAGE_TEXTS.done}`);
    await sendLogin(page, ana);
    await expectStoreOf(page, 'ana');
  });

  await test.step('leads the admin to two-factor before the back office, and then there', async () => {
    const menu = await openMenu(page);
    await expect(menu.getByText('Logged in as ana admin')).toBeVisible();
    await menu.getByRole('link', { name: 'Back office' }).click();
    await expect(page).toHaveURL(url + paths.twoFactor());
    await expectMessage(page, 'status', /^Warning: Please set up two-factor authentication first/);
    await page.getByRole('link', { name: 'Set up an app' }).click();
    await fill(page, { Code: new AuthenticatorApp(keyOn(await page.content())).code() });
    await send(page, 'Confirm the app');
    await page.getByRole('link', { name: 'I have kept them, go on' }).click();
    await expect(page).toHaveURL(url + paths.admin());
    await expect(page.getByRole('heading', { name: 'Invite the first members' })).toBeVisible();
  });

  await test.step('is dead afterwards, and says so', async () => {
    const response = await page.goto(setupUrl);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(ERRORS_TEXTS[404].title);
    await expect(page.getByRole('main')).toContainText('This set-up link cannot be used');
  });
});

test('a set-up link that somebody made up is nothing', async ({ page, watch }) => {
  watch.expectStatus(404);
  await page.goto(paths.setup('A'.repeat(43)));
  await expect(page.getByRole('main')).toContainText('This set-up link cannot be used');
  await page.getByRole('link', { name: 'To the login page' }).click();
  await expect(page).toHaveURL(paths.login());
});
