import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { TEXTS as PASSKEYS_PAGE_TEXTS } from '../../src/accounts/passkeys/passkeys.page.ts';
import { paths } from '../../src/paths.ts';
import { addAuthenticator } from '../support/authenticator.ts';
import {
  button,
  expectMessage,
  expectStoreOf,
  field,
  fill,
  logOut,
  send,
  sendLogin,
} from '../support/door.ts';
import { expect, test } from '../support/test.ts';

const ADD = 'Add a passkey';
const LOG_IN = 'Log in with a passkey';

test('a member adds a passkey and logs in with it, without a name and as the second step', async ({
  page,
  members,
  logIn,
}) => {
  const device = await addAuthenticator(page);
  const name = 'passkey-petra';
  await logIn(page, name);

  await test.step('adds it, and gets recovery codes with the first', async () => {
    await page.goto(paths.passkeys());
    await expect(page.getByText('You have no passkeys yet.')).toBeVisible();
    await expect(page.getByText('To add a passkey, use a browser')).toBeHidden();
    await send(page, ADD);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your recovery codes');
    await expect(page.getByRole('main').locator('code')).toHaveCount(10);
  });

  await test.step('is told when the device has one already', async () => {
    await page.goto(paths.passkeys());
    await button(page, ADD).click();
    await expect(page.getByText('This device holds a passkey for your account already.')).toBeVisible();
    await logOut(page);
  });

  await test.step('logs in with it alone', async () => {
    await page.getByRole('checkbox', { name: 'Keep me logged in' }).check();
    await send(page, LOG_IN);
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.welcome(name)}`);
    await expectStoreOf(page, name);
    expect((await page.context().cookies()).map(({ expires }) => expires !== -1)).not.toContain(false);
    await logOut(page);
  });

  await test.step('logs in with the password, and with it as the second step', async () => {
    await sendLogin(page, await members.get(name));
    await expect(page).toHaveURL(paths.secondFactor());
    await page
      .getByRole('main')
      .getByRole('button', { name: /passkey/i })
      .click();
    await expectStoreOf(page, name);
    const [uses = 0, ...others] = await device.uses();
    expect(uses, 'how often it has signed').toBeGreaterThan(2);
    expect(others, 'other passkeys on the device').toEqual([]);
  });

  await test.step('renames it', async () => {
    await page.goto(paths.passkeys());
    await page.getByRole('link', { name: /^Rename/ }).click();
    await fill(page, { Name: 'My laptop' });
    await send(page, 'Save the name');
    await expectMessage(page, 'status', `Success: ${PASSKEYS_PAGE_TEXTS.renamed('My laptop')}`);
    await expect(page.getByRole('heading', { name: 'My laptop' })).toBeVisible();
  });

  await test.step('removes it', async () => {
    await page.getByRole('link', { name: 'Remove My laptop' }).click();
    await expect(page.getByText('It is your last second factor.')).toBeVisible();
    await send(page, 'Remove the passkey');
    await expect(page.getByText('You have no passkeys yet.')).toBeVisible();
  });

  await test.step('cannot log in with it any more', async () => {
    await logOut(page);
    await send(page, LOG_IN);
    await expectMessage(page, 'alert', /^Error: That passkey could not be used/);
  });
});

test('who is not recognised by the device loses nothing, and can go on with the password', async ({
  page,
  members,
  logIn,
}) => {
  const device = await addAuthenticator(page);
  const name = 'passkey-paul';
  await logIn(page, name);
  await page.goto(paths.passkeys());
  await device.recognise(false);
  await button(page, ADD).click();
  await expect(page.getByText('No passkey was used.')).toBeVisible();
  await logOut(page);

  await field(page, 'Username or e-mail').fill(name);
  await button(page, LOG_IN).click();
  await expect(page.getByText('No passkey was used.')).toBeVisible();
  await expect(field(page, 'Username or e-mail')).toHaveValue(name);
  await sendLogin(page, await members.get(name));
  await expectStoreOf(page, name);
});
