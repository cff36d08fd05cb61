import { TEXTS as WAITING_TEXTS } from '../../src/accounts/registration/waiting.page.ts';
import { paths } from '../../src/paths.ts';
import { expectMessage, field, send, sendLogin, sendRegistration } from '../support/door.ts';
import { doMemberAction, expectFact, expectTold, rooms } from '../support/office.ts';
import { CLERK } from '../support/settings-clerk.ts';
import { expect, test } from '../support/test.ts';

const MEMBERSHIP = 'Who is in after registering';

test('an admin has newcomers wait, though another one changes settings at the same time, and lets one in', {
  tag: '@no-script',
}, async ({ page, othersPage: newcomers, newcomer, mailbox, enterOffice, setSettings, watch }) => {
  watch.expectStatus(422);
  const main = page.getByRole('main');
  await enterOffice(page, 'admin-ana');

  await test.step('sees what another one has set, and keeps the own choice', async () => {
    await page.goto(paths.admin());
    await rooms(page).getByRole('link', { name: 'Settings' }).click();
    await expect(field(page, 'Store name'), 'which the environment sets').toBeDisabled();
    await expect(field(page, 'Store name')).toHaveAccessibleDescription(
      /^Set by STORE_NAME in the environment/,
    );
    await setSettings({ door_text: 'We answer on Fridays.' });
    await field(page, MEMBERSHIP).selectOption('Approval: whom an administrator lets in');
    expect((await send(page, 'Save')).status()).toBe(422);
    const conflict = page.getByRole('alert');
    await expect(conflict).toBeFocused();
    await expect(conflict).toContainText(`Last by ${CLERK}`);
    await expect(conflict.getByRole('listitem')).toHaveText([
      'Text at the door: nothing → We answer on Fridays.',
    ]);
    await expect(field(page, MEMBERSHIP)).toHaveValue('approval');
    await expect(field(page, 'Text at the door')).toHaveValue('We answer on Fridays.');
    await send(page, 'Save');
    await expectMessage(page, 'status', `Success: Saved: ${MEMBERSHIP}.`);
  });

  await test.step('has a newcomer wait', async () => {
    await newcomers.goto(paths.register());
    await expect(newcomers.getByText('We answer on Fridays.')).toBeVisible();
    await sendRegistration(newcomers, newcomer);
    await sendLogin(newcomers, newcomer);
    await expect(newcomers.getByRole('heading', { level: 1 })).toHaveText(WAITING_TEXTS.waiting.title);
    await newcomers.goto(paths.product('laptop'));
    await expect(newcomers).toHaveURL(paths.waiting());
  });

  await test.step('lets the newcomer in, with a reason', async () => {
    await page.goto(paths.admin());
    await main.getByRole('link', { name: /^Members waiting\s?: \d+$/ }).click();
    await main.getByRole('link', { name: newcomer.name, exact: true }).click();
    await expectFact(page, 'State', 'waiting');
    await doMemberAction(page, 'Let in', 'Let in', 'Known to the board.');
    await expectTold(page, `${newcomer.name} is in.`);
    await newcomers.goto(paths.product('laptop'));
    await expect(newcomers.getByRole('heading', { level: 1 })).toHaveText('Laptop');
    expect((await mailbox.mail(newcomer.email, 'You are in')).text).toContain('Known to the board.');
  });
});
