import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { paths } from '../../src/paths.ts';
import { expectMessage, field, fill, newAccount, send } from '../support/door.ts';
import { expect, test } from '../support/test.ts';

test('a typed password can be looked at, and is sent as one', async ({ page, newcomer }) => {
  await page.goto(paths.register());
  await fill(page, newAccount(newcomer));
  for (const label of ['Password', 'Password, once more']) {
    const input = field(page, label);
    const toggle = page.getByRole('button', { name: `Show ${label.toLowerCase()}`, exact: true });
    await expect(toggle).toHaveAttribute('aria-pressed', 'false');
    await expect(input).toHaveAttribute('type', 'password');

    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-pressed', 'true');
    await expect(input).toHaveAttribute('type', 'text');
    await expect(input).toHaveValue(newcomer.password);

    await toggle.press('Space');
    await expect(toggle).toHaveAttribute('aria-pressed', 'false');
    await expect(input).toHaveAttribute('type', 'password');
    await toggle.press('Enter');
  }
  await send(page, 'Register');
  await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.registered}`);
});

test('the button is there only where it works', { tag: '@no-script' }, async ({
  page,
  javaScriptEnabled,
}) => {
  await page.goto(paths.register());
  await expect(page.getByRole('button', { name: /^Show/ })).toHaveCount(javaScriptEnabled ? 2 : 0);
});

test('a password can be pasted, as password managers and careful people do (ASVS 6.2.7)', async ({
  page,
  newcomer,
}) => {
  await page.goto(paths.register());
  await field(page, 'Username').fill(newcomer.password);
  await field(page, 'Username').selectText();
  await page.keyboard.press('ControlOrMeta+C');
  for (const label of ['Password', 'Password, once more']) {
    await field(page, label).focus();
    await page.keyboard.press('ControlOrMeta+V');
    await expect(field(page, label)).toHaveValue(newcomer.password);
  }
});
