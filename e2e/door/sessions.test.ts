import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { paths } from '../../src/paths.ts';
import {
  expectMessage,
  expectStoreOf,
  LOG_IN_FIRST,
  LOGGED_OUT,
  logOut,
  messages,
  openMenu,
  sendLogin,
} from '../support/door.ts';
import { expect, test } from '../support/test.ts';

test('two people in two browsers share nothing', async ({ page: alices, othersPage: bobs, members }) => {
  for (const [page, name] of [[alices, 'alice'] as const, [bobs, 'bob'] as const]) {
    await page.goto(paths.login());
    await sendLogin(page, await members.get(name));
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.welcome(name)}`);
    await expectStoreOf(page, name);
  }

  await test.step('one logs out, and the other stays in and is told nothing', async () => {
    await logOut(alices);
    await bobs.reload();
    await expectStoreOf(bobs, 'bob');
    await expect(messages(bobs)).toHaveCount(0);
    await expectMessage(alices, 'status', LOGGED_OUT);
  });

  await test.step('a message waits for the one whom it is for', async () => {
    // The answer to the first request is not followed, so that its message is not shown yet.
    await alices.request.get(paths.store(), { maxRedirects: 0 });
    await bobs.reload();
    await expect(messages(bobs)).toHaveCount(0);
    await alices.goto(paths.login());
    await expectMessage(alices, 'status', LOG_IN_FIRST);
  });
});

test('the back button shows no member page after logging out', { tag: '@no-script' }, async ({
  page,
  logIn,
}) => {
  await logIn(page, 'alice');
  await page.goto(paths.store());
  await page.goto(paths.product('laptop'));
  await logOut(page);
  for (const _ of ['product', 'store']) {
    await page.goBack();
    await expect(page).toHaveURL(paths.login());
    await expect(page.getByText('Laptop')).toHaveCount(0);
    await expect(page.getByText('alice')).toHaveCount(0);
  }
});

test('a member who logs out in one tab is out in the other, and comes back to where that was going', async ({
  page,
  members,
  logIn,
}) => {
  await logIn(page, 'alice');
  const other = await page.context().newPage();
  await page.goto(paths.store());
  await other.goto(paths.product('mouse'));
  await logOut(page);

  await other.getByRole('link', { name: 'Computing' }).click();
  await expect(other).toHaveURL(paths.login());
  await expectMessage(other, 'status', LOG_IN_FIRST);
  await sendLogin(other, await members.get('alice'));
  await expect(other).toHaveURL(`${paths.store()}?category=computing`);
});

test('logging out twice, in two tabs, ends at the door', async ({ page, logIn }) => {
  await logIn(page, 'alice');
  const other = await page.context().newPage();
  for (const tab of [page, other]) await tab.goto(paths.product('mouse'));
  for (const tab of [page, other]) await logOut(tab);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Log in');
});

test('the menu tells who is logged in, and as what', async ({ page, enter }) => {
  await enter(page, 'mod-mina');
  await page.goto(paths.store());
  const menu = await openMenu(page);
  await expect(menu.getByText('Logged in as mod-mina moderator')).toBeVisible();
  await expect(menu.getByRole('link', { name: 'Store' })).toHaveAttribute('aria-current', 'true');
});
