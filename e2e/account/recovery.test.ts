import { TEXTS as INVALID_LINK_TEXTS } from '../../src/accounts/mailed-link.page.ts';
import { TEXTS as RESET_LINKS_TEXTS } from '../../src/accounts/password-reset/reset-links.ts';
import { TEXTS as RESET_PASSWORD_PAGE_TEXTS } from '../../src/accounts/password-reset/reset-password.page.ts';
import { paths } from '../../src/paths.ts';
import { expectMessage, expectStoreOf, fill, send, sendLogin } from '../support/door.ts';
import { expect, type Page, test } from '../support/test.ts';

const NEW_PASSWORD = 'Harbour-under-3-moons!';
const RESET = RESET_LINKS_TEXTS.subject;
const RESET_DONE = `Success: ${RESET_PASSWORD_PAGE_TEXTS.done}`;

/** Opens a mailed link and chooses a new password. */
async function resetPassword(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expect(page, 'the address without the secret').toHaveURL(paths.resetPassword());
  await fill(page, { 'New password': NEW_PASSWORD, 'New password, once more': NEW_PASSWORD });
  await send(page, 'Change the password');
  await expectMessage(page, 'status', RESET_DONE);
}

test('a member who forgot the password chooses a new one by a mailed link, once', {
  tag: '@journey',
}, async ({ page, members, mailbox, watch }) => {
  watch.expectStatus(410);
  const fay = await members.get('fay');
  await page.goto(paths.login());
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await fill(page, { 'E-mail address of your account': fay.email });
  await send(page, 'Send the link');
  await expectMessage(page, 'status', /^Information: If there is an account with this address, a mail/);

  const link = await mailbox.link(fay.email, RESET, paths.resetLink(''));
  await resetPassword(page, link);
  await sendLogin(page, { ...fay, password: NEW_PASSWORD });
  await expectStoreOf(page, 'fay');
  await page.goto(link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(INVALID_LINK_TEXTS.dead.title);
});

test('a member who reads of a stranger’s login throws the stranger out, and comes back in', {
  tag: '@no-script',
}, async ({ page, othersPage: strangers, members, mailbox, logIn, watch }) => {
  watch.expectStatus(422);
  const nora = await members.get('nora');
  await logIn(page, 'nora');
  await logIn(strangers, 'nora');
  await strangers.goto(paths.account());

  await page.goto(await mailbox.link(nora.email, 'A login from a new device', paths.notMe('')));
  await send(page, 'This wasn’t me');
  await expectMessage(page, 'status', /^Success: Every session was ended and the account is locked/);
  await strangers.reload();
  await expect(strangers).toHaveURL(paths.login());
  expect((await sendLogin(strangers, nora)).status(), 'the answer to the password that was').toBe(422);
  await expectMessage(strangers, 'alert', /locked/);

  await resetPassword(page, await mailbox.link(nora.email, RESET, paths.resetLink('')));
  await sendLogin(page, { ...nora, password: NEW_PASSWORD });
  await expectStoreOf(page, 'nora');
});
