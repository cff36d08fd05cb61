import { TEXTS as DEVICES_PAGE_TEXTS } from '../../src/accounts/profile/devices.page.ts';
import { paths } from '../../src/paths.ts';
import { expectMessage, fill, send, sendLogin } from '../support/door.ts';
import { expect, type Page, test } from '../support/test.ts';

const NEW_PASSWORD = 'Harbour-under-3-moons!';

/** Sees a member's own page, which has no pictures: none are asked for when its session ends elsewhere. */
async function expectAccount(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My account');
}

test('a member ends the session on another device, by itself and with a new password, and reads of it', async ({
  page,
  othersPage: other,
  members,
  logIn,
}) => {
  const sam = await members.get('sam');
  await logIn(page, 'sam');
  await logIn(other, 'sam');
  await other.goto(paths.account());
  const main = page.getByRole('main');

  await test.step('logs the device out', async () => {
    await page.goto(paths.devices());
    const devices = main.getByRole('list').first().getByRole('listitem');
    await expect(devices).toHaveCount(2);
    await expect(devices.first()).toContainText('this one');
    await page.getByRole('link', { name: /^Log out Chrome on / }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Log out Chrome on .+\?$/);
    await send(page, 'Log it out');
    await expectMessage(page, 'status', `Success: ${DEVICES_PAGE_TEXTS.end.done}`);
    await expect(devices).toHaveCount(1);
    await other.reload();
    await expect(other).toHaveURL(paths.login());
  });

  await test.step('changes the password', async () => {
    await sendLogin(other, sam);
    await expectAccount(other);
    await page.goto(paths.password());
    await fill(page, {
      'Current password': sam.password,
      'New password': NEW_PASSWORD,
      'New password, once more': NEW_PASSWORD,
    });
    await send(page, 'Change the password');
    await expectMessage(page, 'status', /^Success: Your password was changed/);
    await other.reload();
    await expect(other).toHaveURL(paths.login());
    await sendLogin(other, { ...sam, password: NEW_PASSWORD });
    await expectAccount(other);
  });

  await test.step('reads of it all', async () => {
    await page.goto(paths.activity());
    await expect(main.getByRole('listitem').locator('p:first-child')).toHaveText([
      /^Logged in with password/,
      'The password was changed.',
      'Logged in with password.',
      /^A device was logged out: Chrome on /,
      'Logged in with password, from a new device.',
      'Logged in with password.',
    ]);
  });
});
