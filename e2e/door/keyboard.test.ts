import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { paths } from '../../src/paths.ts';
import { button, expectMessage, expectStoreOf, field, LOGGED_OUT, newAccount } from '../support/door.ts';
import { tabTo } from '../support/keyboard.ts';
import { expect, test } from '../support/test.ts';

test('the whole journey can be made by keyboard alone, and the focus is always seen', async ({
  page,
  newcomer,
}) => {
  const { keyboard } = page;
  const main = page.getByRole('main');
  const account = page.getByRole('navigation', { name: 'Account' });

  await test.step('registers', async () => {
    await page.goto(paths.home());
    await tabTo(page, account.getByRole('link', { name: 'Register' }));
    await keyboard.press('Enter');
    await expect(page).toHaveURL(paths.register());
    for (const [label, value] of Object.entries(newAccount(newcomer))) {
      await tabTo(page, field(page, label));
      await keyboard.type(value);
    }
    await tabTo(page, button(page, 'Register'));
    await keyboard.press('Enter');
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.registered}`);
  });

  await test.step('logs in', async () => {
    await tabTo(page, field(page, 'Username or e-mail'));
    await keyboard.type(newcomer.name);
    await tabTo(page, field(page, 'Password'));
    await keyboard.type(newcomer.password);
    const remember = main.getByRole('checkbox');
    await tabTo(page, remember);
    await keyboard.press('Space');
    await expect(remember).toBeChecked();
    await tabTo(page, button(page, 'Log in'));
    await keyboard.press('Space');
    await expectStoreOf(page, newcomer.name);
  });

  await test.step('skips the header and opens a product', async () => {
    const skip = page.getByRole('link', { name: 'Skip to the main content' });
    await tabTo(page, skip);
    await expect(skip).toBeInViewport({ ratio: 1 });
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    await expect(main.getByRole('link').first()).toBeFocused();
    await tabTo(page, page.getByRole('link', { name: 'Laptop', exact: true }));
    await keyboard.press('Enter');
    await expect(page).toHaveURL(paths.product('laptop'));
    await tabTo(page, main.getByRole('link', { name: 'Store', exact: true }));
    await keyboard.press('Enter');
    await expectStoreOf(page, newcomer.name);
  });

  await test.step('logs out through the menu', async () => {
    await tabTo(page, account.locator('summary'));
    await keyboard.press('Enter');
    await tabTo(page, account.getByRole('button', { name: 'Log out' }));
    await keyboard.press('Enter');
    await expectMessage(page, 'status', LOGGED_OUT);
  });
});
