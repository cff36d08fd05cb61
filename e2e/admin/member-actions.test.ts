import { TEXTS as RECENT_LOGIN_PAGE_TEXTS } from '../../src/accounts/login/recent-login.page.ts';
import { TEXTS as MEMBER_ACTION_TEXTS } from '../../src/admin/members/member-action.page.ts';
import { TEXTS as ACTIONS_TEXTS } from '../../src/members/actions.ts';
import { paths } from '../../src/paths.ts';
import { MINUTE } from '../../src/shared/clock.ts';
import { button, expectMessage, field, fill, send } from '../support/door.ts';
import { tabTo } from '../support/keyboard.ts';
import { doMemberAction, expectFact } from '../support/office.ts';
import { expectFormBack } from '../support/refusals.ts';
import { expect, type Locator, test } from '../support/test.ts';

const WHY = 'as agreed by telephone';

/** Things that are done to a member one after another: the link, the button, what is said, and what comes of it. */
const MEMBER_ACTIONS: [link: string, button: string, said: string, state: string][] = [
  ['Log out everywhere', 'Log out everywhere', 'dan was logged out everywhere.', 'active'],
  ['Disable', 'Disable the account', 'dan was disabled.', 'disabled'],
  ['Enable', 'Enable the account', 'dan was enabled.', 'active'],
  ['Delete', 'Delete the account', 'The account of dan was deleted.', 'to be erased'],
  ['Restore', 'Restore the account', 'The account of dan was restored.', 'active'],
];

test('an admin logs a member out, disables, enables, deletes and restores, each with a reason that is mailed', {
  tag: '@no-script',
}, async ({ page, othersPage: dans, members, mailbox, enterOffice, logIn, watch }) => {
  watch.expectStatus(422);
  const dan = await members.get('dan');
  await logIn(dans, 'dan');
  await enterOffice(page, 'admin-ana');

  await test.step('refuses to do anything without a reason', async () => {
    await page.goto(paths.memberAction(await members.idOf('dan'), 'disabling'));
    await expect(page.getByText(MEMBER_ACTION_TEXTS.told('dan@example.org'))).toBeVisible();
    await send(page, 'Disable the account');
    await expectFormBack(page, {}, { Reason: ACTIONS_TEXTS.reason });
    await page.getByRole('link', { name: 'Back to the member' }).click();
    await expectFact(page, 'State', 'active');
  });

  for (const [link, press, said, state] of MEMBER_ACTIONS) {
    await test.step(said, async () => {
      await doMemberAction(page, link, press, WHY);
      await expectMessage(page, 'status', `Success: ${said}`);
      await expectFact(page, 'State', state);
      await dans.goto(paths.account());
      await expect(dans, 'where a member ends whose session is over').toHaveURL(paths.login());
    });
  }

  await test.step('has told the member of it all', async () => {
    const { text } = await mailbox.mail(dan.email, 'Your account was restored');
    expect(text).toContain(WHY);
    for (const subject of ['disabled', 'enabled again', 'deleted']) {
      await mailbox.mail(dan.email, `Your account was ${subject}`);
    }
  });
});

test('nobody does anything to the own account', { tag: '@no-script' }, async ({
  page,
  members,
  enterOffice,
}) => {
  const id = await members.idOf('admin-ana');
  await enterOffice(page, 'admin-ana');
  await page.goto(paths.adminMember(id));
  await expect(page.getByRole('heading', { name: 'This is you' })).toBeVisible();
  await expect(
    page.getByRole('main').getByRole('link', { name: /Disable|Delete|Change|Log out/ }),
  ).toHaveCount(0);
  await page.goto(paths.memberAction(id, 'role'));
  await expect(page).toHaveURL(paths.adminMember(id));
  await expectMessage(page, 'status', `Information: ${MEMBER_ACTION_TEXTS.own}`);
});

test('an action long after the login asks who it is first, and comes back with the reason', {
  tag: '@no-script',
}, async ({ page, newcomer, members, enterOffice }) => {
  // Nobody else comes in with this session, which gets a new id.
  const ana = `admin-${newcomer.name}`;
  await enterOffice(page, ana);
  await page.goto(paths.adminMember(await members.idOf('erna')));
  await page.getByRole('link', { name: 'Disable' }).click();
  await fill(page, { Reason: WHY });
  await members.changeSessions(ana, { authenticatedAt: Date.now() - 6 * MINUTE });
  await send(page, 'Disable the account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(RECENT_LOGIN_PAGE_TEXTS.title);

  await fill(page, { Password: newcomer.password });
  await send(page, 'Go on');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Disable the account of erna');
  await expect(field(page, 'Reason')).toHaveValue(WHY);
  await send(page, 'Disable the account');
  await expectMessage(page, 'status', 'Success: erna was disabled.');
});

test('an action can be done by keyboard alone, and the focus is always seen', async ({
  page,
  members,
  enterOffice,
}) => {
  const press = async (target: Locator) => {
    await tabTo(page, target);
    await page.keyboard.press('Enter');
  };
  await enterOffice(page, 'admin-ana');
  await page.goto(paths.adminMember(await members.idOf('karl')));
  await press(page.getByRole('link', { name: 'Disable' }));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Disable the account of karl');
  await tabTo(page, field(page, 'Reason'));
  await page.keyboard.type(WHY);
  await press(button(page, 'Disable the account'));
  await expectMessage(page, 'status', 'Success: karl was disabled.');
});
