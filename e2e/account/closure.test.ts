import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { paths } from '../../src/paths.ts';
import { button, expectMessage, expectStoreOf, fill, send, sendLogin } from '../support/door.ts';
import { expect, test } from '../support/test.ts';

test('a member closes the account, cannot log in, and comes back by a mailed link', {
  tag: '@no-script',
}, async ({ page, members, mailbox, logIn, watch }) => {
  watch.expectStatus(422);
  const carl = await members.get('carl');
  await logIn(page, 'carl');
  await page.goto(paths.closing());
  await fill(page, { 'Your username, to confirm': 'carl' });
  await send(page, 'Close my account');
  await expect(page).toHaveURL(paths.login());
  await expectMessage(page, 'status', /^Success: Your account is closed\. It will be erased on /);
  expect((await sendLogin(page, carl)).status()).toBe(422);
  await expectMessage(page, 'alert', /closed/);

  await page.goto(await mailbox.link(carl.email, 'Your account was closed', paths.comeBack('')));
  await send(page, 'Open my account again');
  await expectMessage(page, 'status', /^Success: Welcome back\. Your account is open again\./);
  await sendLogin(page, carl);
  await expectStoreOf(page, 'carl');
});

test('a member downloads everything that the store knows of them', async ({ page, logIn }) => {
  await logIn(page, 'dave');
  await page.goto(paths.data());
  const download = page.waitForEvent('download');
  await button(page, 'Download my data').click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.zip$/);
  const files = Object.entries(unzipSync(readFileSync(await file.path())));
  const texts = Object.fromEntries(files.map(([name, bytes]) => [name, strFromU8(bytes)]));
  for (const name of ['profile.csv', 'data.json']) expect(texts[name], name).toContain('dave@example.org');
});
