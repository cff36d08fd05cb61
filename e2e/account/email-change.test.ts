import {
  NEW_EMAIL as NEW_EMAIL_PAGE_TEXTS,
  OLD_EMAIL as OLD_EMAIL_PAGE_TEXTS,
} from '../../src/accounts/email-change/mailed-links.page.ts';
import { TEXTS as NEW_EMAIL_TEXTS } from '../../src/accounts/email-change/new-email.ts';
import { paths } from '../../src/paths.ts';
import { expectMessage, fill, LOG_IN_FIRST, send, sendLogin } from '../support/door.ts';
import { expect, test } from '../support/test.ts';

test('a member changes the e-mail address by a mail to the new one, and takes it back by a mail to the old one', {
  tag: '@no-script',
}, async ({ page, members, mailbox, logIn }) => {
  const erin = await members.get('erin');
  await members.change('erin', { emailVerifiedAt: Date.now() });
  await logIn(page, 'erin');
  const next = 'erin@new.example.org';
  const main = page.getByRole('main');

  await test.step('asks for another address', async () => {
    await page.goto(paths.profile());
    await fill(page, { 'New e-mail address': next });
    await send(page, 'Change the address');
    await expect(main.getByText(`We have mailed a link to ${next}.`)).toBeVisible();
    await expect(main.getByText('Waiting for confirmation of')).toBeVisible();
  });

  await test.step('proves it', async () => {
    const subject = NEW_EMAIL_TEXTS.asked.subject;
    await page.goto(await mailbox.link(next, subject, paths.confirmNewEmail('')));
    await send(page, NEW_EMAIL_PAGE_TEXTS.button);
    await expect(page).toHaveURL(paths.profile());
    await expectMessage(page, 'status', `Success: Your e-mail address is ${next} now.`);
  });

  await test.step('takes the change back, and every session ends', async () => {
    await page.goto(await mailbox.link(erin.email, NEW_EMAIL_TEXTS.changed.subject, paths.undoNewEmail('')));
    await send(page, OLD_EMAIL_PAGE_TEXTS.button);
    await expectMessage(page, 'status', /^Success: The address of your account is erin@example\.org again/);
    await page.goto(paths.profile());
    await expectMessage(page, 'status', LOG_IN_FIRST);
    await sendLogin(page, erin);
    await expect(main.getByText(erin.email)).toBeVisible();
  });
});
