import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { paths } from '../../src/paths.ts';
import { button, expectMessage, expectStoreOf, field, LOGGED_OUT, logOut } from '../support/door.ts';
import { expect, type Page, test } from '../support/test.ts';

const CONTINUE = 'Continue with Example ID';

/** Follows a link of the page itself. */
function follow(page: Page, name: string): Promise<void> {
  return page.getByRole('main').getByRole('link', { name, exact: true }).click();
}

test('a visitor joins with an account elsewhere, and logs in with it', { tag: '@journey' }, async ({
  page,
  newcomer,
  provider,
  watch,
}) => {
  const { name, email } = newcomer;
  watch.expectOrigin(provider.issuer);
  provider.people.set(name, { email, email_verified: true, preferred_username: name });
  provider.person = name;

  await test.step('joins', async () => {
    await page.goto(paths.register());
    await follow(page, CONTINUE);
    await expect(page).toHaveURL(paths.newIdentity());
    await expect(field(page, 'Username')).toHaveValue(name);
    await expect(field(page, 'E-mail address')).toBeDisabled();
    // As some people press every button.
    await button(page, 'Make my account').dblclick();
    await expectMessage(page, 'status', `Success: Registration successful! Welcome, ${name}.`);
    await expectStoreOf(page, name);
  });

  await test.step('logs out, and in again', async () => {
    await logOut(page);
    await expectMessage(page, 'status', LOGGED_OUT);
    await follow(page, CONTINUE);
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.welcome(name)}`);
  });

  await test.step('cannot lose the only way in', async () => {
    await page.goto(paths.identities());
    await expect(page.getByRole('listitem').filter({ hasText: email })).toBeVisible();
    await follow(page, 'Disconnect Example ID');
    await expectMessage(page, 'alert', /Nothing else would be left to log in by/);
  });
});

test('a member connects an account elsewhere, and disconnects it', { tag: '@journey' }, async ({
  page,
  logIn,
  newcomer: { name },
  members,
  provider,
  watch,
}) => {
  watch.expectOrigin(provider.issuer);
  provider.person = `${name} elsewhere`;
  await members.get(name);
  await logIn(page, name);
  await page.goto(paths.identities());
  await follow(page, 'Connect Example ID');
  await follow(page, 'Continue to Example ID');
  await expect(page).toHaveURL(paths.identities());
  await expectMessage(page, 'status', /Success: Example ID is connected: you can log in with it/);

  await follow(page, 'Disconnect Example ID');
  await button(page, 'Disconnect').click();
  await expectMessage(page, 'status', /Success: Example ID was disconnected/);
  await expect(page.getByRole('main').getByText('Nothing is connected yet.')).toBeVisible();
});

test('a visitor who changes their mind elsewhere is back at the door', async ({ page, provider, watch }) => {
  watch.expectOrigin(provider.issuer);
  provider.person = undefined;
  await page.goto(paths.login());
  await follow(page, CONTINUE);
  await expect(page).toHaveURL(paths.login());
  await expectMessage(page, 'status', /Nothing was done: you did not let Example ID tell us who you are/);
});
