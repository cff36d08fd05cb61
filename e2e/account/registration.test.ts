import { TEXTS as VERIFY_EMAIL_TEXTS } from '../../src/accounts/registration/verify-email.page.ts';
import { paths } from '../../src/paths.ts';
import { expectMessage, expectStoreOf, send, sendLogin, sendRegistration } from '../support/door.ts';
import { expect, test } from '../support/test.ts';

test('a newcomer confirms the e-mail address by a mailed link, which can be had again', {
  tag: '@no-script',
}, async ({ page, newcomer, mailbox }) => {
  const banner = page.getByRole('region', { name: 'E-mail address not confirmed' });
  const link = () =>
    mailbox.link(newcomer.email, 'Please confirm your e-mail address', paths.verifyEmail(''));
  await page.goto(paths.register());
  await sendRegistration(page, newcomer);
  await sendLogin(page, newcomer);
  await expect(banner).toContainText(newcomer.email);

  const first = await link();
  await banner.getByRole('button', { name: 'Send again' }).click();
  await expectMessage(page, 'status', /^Success: The mail is on its way to /);
  await expect.poll(link, { message: 'the newest link' }).not.toBe(first);
  await page.goto(await link());
  await send(page, 'Yes, confirm it');
  await expectMessage(page, 'status', `Success: ${VERIFY_EMAIL_TEXTS.done}`);
  await expectStoreOf(page, newcomer.name);
  await expect(banner).toHaveCount(0);
});
