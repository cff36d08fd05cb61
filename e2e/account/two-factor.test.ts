import { TEXTS as SECOND_FACTOR_TEXTS } from '../../src/accounts/login/second-factor.page.ts';
import { paths } from '../../src/paths.ts';
import { keyOn } from '../../src/testing/authenticator.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import { button, expectStoreOf, fill, logOut, send, sendLogin } from '../support/door.ts';
import { expect, type Page, test } from '../support/test.ts';

/** Sees nothing on paper but the recovery codes. */
async function expectOnlyCodesPrinted(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('region', { name: 'Recovery codes' })).toBeVisible();
  await expect(page.getByRole('heading')).toHaveCount(0);
  for (const other of [page.getByRole('link'), page.getByRole('navigation'), page.getByRole('status')]) {
    await expect(other).toHaveCount(0);
  }
  await page.emulateMedia({ media: null });
}

test('a member turns two-factor on, and logs in with a code, by a trusted browser and with a recovery code', {
  tag: '@journey',
}, async ({ page, othersPage: elsewhere, members, logIn }) => {
  const tina = await members.get('tina');
  await logIn(page, 'tina');

  const app = await test.step('sets an app up', async () => {
    await page.goto(paths.twoFactor());
    await page.getByRole('link', { name: 'Set up an app' }).click();
    await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible();
    const key = keyOn(await page.content());
    const link = page.getByRole('link', { name: 'open the app with this link' });
    await expect(link).toHaveAttribute('href', new RegExp(`^otpauth://totp/.*tina.*secret=${key}`));
    const phone = new AuthenticatorApp(key);
    await fill(page, { Code: phone.code() });
    await send(page, 'Confirm the app');
    return phone;
  });

  const codes = await test.step('keeps the recovery codes', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your recovery codes');
    const shown = page.getByRole('region', { name: 'Recovery codes' }).getByRole('listitem');
    await expect(shown).toHaveCount(10);
    await expectOnlyCodesPrinted(page);
    const texts = await shown.allInnerTexts();
    await page.getByRole('link', { name: 'I have kept them, go on' }).click();
    await expect(page.getByText('It is on, since')).toBeVisible();
    await expect(page.getByText('10 recovery codes are left.')).toBeVisible();
    return texts;
  });

  await test.step('logs in with a code, and trusts the browser', async () => {
    await logOut(page);
    await sendLogin(page, tina);
    await expect(page).toHaveURL(paths.secondFactor());
    await fill(page, { Code: app.code() });
    await page.getByRole('checkbox', { name: 'Trust this browser for 30 days' }).check();
    await send(page, 'Log in');
    await expectStoreOf(page, 'tina');
  });

  await test.step('is asked for no code there', async () => {
    await logOut(page);
    await sendLogin(page, tina);
    await expectStoreOf(page, 'tina');
  });

  await test.step('logs in elsewhere with a recovery code', async () => {
    await elsewhere.goto(paths.login());
    await sendLogin(elsewhere, tina);
    await expect(button(elsewhere, 'Log in')).toBeVisible();
    await fill(elsewhere, { Code: codes[0]?.toUpperCase() ?? '' });
    await send(elsewhere, 'Log in');
    await expectStoreOf(elsewhere, 'tina');
    await expect(elsewhere.getByText(SECOND_FACTOR_TEXTS.manyLeft(9))).toBeVisible();
  });
});
