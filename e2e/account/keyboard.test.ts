import { paths } from '../../src/paths.ts';
import { keyOn } from '../../src/testing/authenticator.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import { button, field } from '../support/door.ts';
import { tabTo } from '../support/keyboard.ts';
import { expect, type Locator, test } from '../support/test.ts';

test('two-factor can be set up by keyboard alone, from the menu on, and the focus is always seen', async ({
  page,
  logIn,
}) => {
  const { keyboard } = page;
  const main = page.getByRole('main');
  const account = page.getByRole('navigation', { name: 'Account', exact: true });
  const press = async (target: Locator) => {
    await tabTo(page, target);
    await keyboard.press('Enter');
  };
  await logIn(page, 'kim');
  await page.goto(paths.store());

  await press(account.locator('summary'));
  await press(account.getByRole('link', { name: 'My account' }));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My account');
  await press(
    page.getByRole('navigation', { name: 'Account pages' }).getByRole('link', { name: 'Two-factor' }),
  );
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Two-factor authentication');
  await press(main.getByRole('link', { name: 'Set up an app' }));
  await expect(page).toHaveURL(paths.authenticatorApp());

  await tabTo(page, field(page, 'Code'));
  await keyboard.type(new AuthenticatorApp(keyOn(await page.content())).code());
  await press(button(page, 'Confirm the app'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your recovery codes');
  await press(main.getByRole('link', { name: 'I have kept them, go on' }));
  await expect(page.getByText('It is on, since')).toBeVisible();
});
