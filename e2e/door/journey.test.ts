import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { paths } from '../../src/paths.ts';
import {
  button,
  expectMessage,
  expectStoreOf,
  LOGGED_OUT,
  logOut,
  sendLogin,
  sendRegistration,
} from '../support/door.ts';
import { expect, type Page, test } from '../support/test.ts';

/** A message has been seen, and the page says nothing when it is looked at again. */
async function expectNoMessageNow(page: Page): Promise<void> {
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('status').or(page.getByRole('alert'))).toHaveCount(0);
}

test('a visitor registers, logs in, looks at a product and logs out', { tag: '@journey' }, async ({
  page,
  newcomer,
}) => {
  await test.step('comes to the door and registers', async () => {
    await page.goto(paths.home());
    await expect(page).toHaveURL(paths.login());
    await page.getByRole('main').getByRole('link', { name: 'Register' }).click();
    await sendRegistration(page, newcomer);
    await expect(page).toHaveURL(paths.login());
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.registered}`);
    await expectNoMessageNow(page);
  });

  await test.step('logs in', async () => {
    await sendLogin(page, newcomer);
    await expect(page).toHaveURL(paths.store());
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.welcome(newcomer.name)}`);
    await expectNoMessageNow(page);
    await expectStoreOf(page, newcomer.name);
  });

  await test.step('looks at a product and comes back', async () => {
    await page.getByRole('link', { name: 'Laptop', exact: true }).click();
    await expect(page).toHaveURL(paths.product('laptop'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Laptop');
    await page.goBack();
    await expectStoreOf(page, newcomer.name);
  });

  await test.step('logs out', async () => {
    await logOut(page);
    await expectMessage(page, 'status', LOGGED_OUT);
    await expectNoMessageNow(page);
  });
});

test('a member logs in with the e-mail address, and can log out on the page of that name or stay', async ({
  page,
  members,
}) => {
  const alice = await members.get('alice');
  await page.goto(paths.login());
  await sendLogin(page, { ...alice, name: alice.email.toUpperCase() });
  await expectStoreOf(page, 'alice');

  await page.goto(paths.logout());
  await page.getByRole('main').getByRole('link', { name: 'back to the store' }).click();
  await expectStoreOf(page, 'alice');
  await page.goto(paths.logout());
  await button(page, 'Log out').click();
  await expectMessage(page, 'status', LOGGED_OUT);
});

test('a member at the door is shown in', async ({ page, logIn }) => {
  await logIn(page, 'alice');
  for (const path of [paths.home(), paths.login(), paths.register()]) {
    await page.goto(path);
    await expect(page).toHaveURL(paths.store());
  }
});

test('only who asks for it stays logged in when the browser is closed', async ({ page, members }) => {
  const alice = await members.get('alice');
  const sessionCookies = async () =>
    (await page.context().cookies()).filter(({ name }) => name === 'gatehouse');
  const cookieEnds = async () => (await sessionCookies()).map(({ expires }) => expires !== -1);

  await page.goto(paths.login());
  await sendLogin(page, alice);
  expect(await cookieEnds(), 'a cookie for this visit').toEqual([false]);
  await logOut(page);
  await page.getByRole('checkbox', { name: 'Keep me logged in' }).check();
  await sendLogin(page, alice);
  await expectStoreOf(page, 'alice');
  expect(await cookieEnds(), 'a cookie that lasts').toEqual([true]);
});
