import { paths } from '../../src/paths.ts';
import { keyOn } from '../../src/testing/authenticator.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import {
  expectMessage,
  expectStoreOf,
  fill,
  newAccount,
  openMenu,
  send,
  sendLogin,
  sendRegistration,
} from '../support/door.ts';
import { person } from '../support/members.ts';
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
  await expectMessage(page, 'status', 'Success: Thank you. Your e-mail address is confirmed.');
  await expectStoreOf(page, newcomer.name);
  await expect(banner).toHaveCount(0);
});

test('where admins let members in, a newcomer waits until one does, who must have a second factor', async ({
  page,
  otherBrowser,
  newcomer,
  openStore,
}) => {
  const { url, setupUrl } = await openStore({ MEMBERSHIP: 'approval' });
  const ana = person('ana');
  const anas = await otherBrowser();

  await test.step('the newcomer waits', async () => {
    await page.goto(url + paths.register());
    await sendRegistration(page, newcomer);
    await sendLogin(page, newcomer);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are on the list');
    await page.goto(url + paths.product('laptop'));
    await expect(page).toHaveURL(url + paths.waiting());
  });

  await test.step('the admin is led to two-factor first', async () => {
    await anas.goto(setupUrl);
    await fill(anas, newAccount(ana));
    await send(anas, 'Set up the administrator');
    await sendLogin(anas, ana);
    await (await openMenu(anas)).getByRole('link', { name: 'Back office' }).click();
    await expect(anas).toHaveURL(url + paths.twoFactor());
    await expectMessage(anas, 'status', /^Warning: Please set up two-factor authentication first/);
    await anas.getByRole('link', { name: 'Set up an app' }).click();
    await fill(anas, { Code: new AuthenticatorApp(keyOn(await anas.content())).code() });
    await send(anas, 'Confirm the app');
    await anas.getByRole('link', { name: 'I have kept them, go on' }).click();
    await expect(anas).toHaveURL(url + paths.admin());
  });

  await test.step('the admin lets the newcomer in', async () => {
    await anas.getByRole('link', { name: 'Members waiting: 1' }).click();
    await send(anas, `Let in ${newcomer.name}`);
    await expectMessage(anas, 'status', `Success: ${newcomer.name} is in, and is told by mail.`);
    await expect(anas.getByRole('heading', { level: 2 })).toHaveText('Nobody is waiting');
    await page.goto(url + paths.product('laptop'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Laptop');
  });
});
