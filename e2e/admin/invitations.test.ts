import { TEXTS as INVITATION_TEXTS } from '../../src/accounts/invitations/invitation.page.ts';
import { TEXTS as INVITATION_MAILS_TEXTS } from '../../src/accounts/invitations/invitation-mails.ts';
import { paths } from '../../src/paths.ts';
import {
  button,
  expectMessage,
  expectStoreOf,
  field,
  fill,
  openMenu,
  send,
  sendLogin,
} from '../support/door.ts';
import { PASSWORD } from '../support/members.ts';
import { rooms } from '../support/office.ts';
import { expect, test } from '../support/test.ts';

test('an admin invites from a pasted list, is told which line cannot be used, and who is invited comes in with the role', {
  tag: '@no-script',
}, async ({ page, othersPage: guests, newcomer, mailbox, enterOffice, watch }) => {
  watch.expectStatus(422);
  const second = `second-${newcomer.email}`;
  const list = `"Dora, of the choir" <${newcomer.email}>\nnobody-at-example\n${second};Member since May`;
  await enterOffice(page, 'admin-ana');

  await test.step('pastes a list', async () => {
    await page.goto(paths.admin());
    await rooms(page).getByRole('link', { name: 'Invitations' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Invite people' }).click();
    await fill(page, { 'E-mail addresses': list, Reason: 'As the choir decided.' });
    await field(page, 'Role').selectOption({ value: 'moderator' });
    await send(page, 'Send the invitations');
  });

  await test.step('leaves out the line that cannot be used', async () => {
    const wrong = page.getByRole('region', { name: 'Lines that cannot be used' });
    await expect(wrong.getByRole('listitem')).toHaveText([/^Line 2: .*nobody-at-example/]);
    await expect(field(page, 'E-mail addresses')).toHaveValue(list);
    await send(page, 'Leave these lines out and invite the other 2');
    await expectMessage(page, 'status', /^Success: 2 people are invited\..* One line was left out\.$/);
    await expect(page.getByRole('heading', { name: second })).toBeVisible();
  });

  await test.step('who is invited makes an account', async () => {
    const subject = INVITATION_MAILS_TEXTS.subject('Gatehouse');
    await guests.goto(await mailbox.link(newcomer.email, subject, paths.invitation('')));
    await expect(field(guests, 'E-mail address')).toHaveValue(newcomer.email);
    await expect(field(guests, 'E-mail address')).toBeDisabled();
    await fill(guests, { Username: newcomer.name, Password: PASSWORD, 'Password, once more': PASSWORD });
    await send(guests, 'Make my account');
    await expectMessage(guests, 'status', `Success: ${INVITATION_TEXTS.joined}`);
    await sendLogin(guests, newcomer);
    await expectStoreOf(guests, newcomer.name);
    await expect((await openMenu(guests)).getByText(`Logged in as ${newcomer.name} moderator`)).toBeVisible();
  });

  await test.step('takes the other one back', async () => {
    await page.getByRole('link', { name: new RegExp(`^Withdraw.*${second}`) }).click();
    await button(page, 'Withdraw it').click();
    await expectMessage(
      page,
      'status',
      `Success: The invitation of ${second} was withdrawn. Its link no longer works.`,
    );
  });
});
