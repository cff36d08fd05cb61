import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { paths } from '../../src/paths.ts';
import {
  expectMessage,
  expectStoreOf,
  LOG_IN_FIRST,
  messages,
  sendLogin,
  sendRegistration,
} from '../support/door.ts';
import { expect, test } from '../support/test.ts';

test.describe('a guest is asked to log in first,', { tag: '@journey' }, () => {
  for (const asked of [`${paths.store()}?sort=price`, paths.product('laptop')]) {
    test(`and then comes to ${asked}`, async ({ page, members }) => {
      await page.goto(asked);
      await expect(page).toHaveURL(paths.login());
      await expectMessage(page, 'status', LOG_IN_FIRST);
      await page.reload();
      await expect(messages(page)).toHaveCount(0);

      await sendLogin(page, await members.get('alice'));
      await expect(page).toHaveURL(asked);
      await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.welcome('alice')}`);
    });
  }
});

test('a visitor who registers on the way still comes to the page first asked for', async ({
  page,
  newcomer,
}) => {
  const asked = `${paths.store()}?q=tea+%26+honey&view=list`;
  await page.goto(asked);
  await page.getByRole('main').getByRole('link', { name: 'Register' }).click();
  await sendRegistration(page, newcomer);
  await sendLogin(page, newcomer);
  await expect(page).toHaveURL(asked);
});

test('the page first asked for is forgotten once it was shown', async ({ page, members }) => {
  const alice = await members.get('alice');
  await page.goto(paths.product('mouse'));
  await sendLogin(page, alice);
  await expect(page).toHaveURL(paths.product('mouse'));
  await page.context().clearCookies();
  await page.goto(paths.login());
  await sendLogin(page, alice);
  await expectStoreOf(page, 'alice');
});

test('a guest learns nothing of pages that are not there', async ({ page }) => {
  await page.goto('/no-such-page');
  await expect(page).toHaveURL(paths.login());
  await expectMessage(page, 'status', LOG_IN_FIRST);
});
