import { paths } from '../../src/paths.ts';
import { TEXTS as ERRORS_TEXTS } from '../../src/web/errors.ts';
import { fill, openMenu } from '../support/door.ts';
import { expectFact, rooms } from '../support/office.ts';
import { expect, test } from '../support/test.ts';

/** What is for admins alone. */
const CLOSED = [
  ...[paths.newMember(), paths.exportMembers(), paths.waitingMembers(), paths.invitations()],
  ...[paths.mails(), paths.audit(), paths.settings()],
];

test('a moderator reads members without what is for admins, and no link leads there', {
  tag: '@journey',
}, async ({ page, members, enterOffice, watch }) => {
  watch.expectStatus(403);
  await members.get('bob');
  await enterOffice(page, 'mod-mina');
  const main = page.getByRole('main');
  const expectNoLinksThere = async () => {
    for (const path of CLOSED) expect(await page.locator(`[href^="${path}"]`).count(), path).toBe(0);
  };

  await test.step('comes in', async () => {
    await page.goto(paths.store());
    await (await openMenu(page)).getByRole('link', { name: 'Back office' }).click();
    await expect(rooms(page).getByRole('link')).toHaveText(['Overview', 'Members', 'Tasks']);
    await expectNoLinksThere();
  });

  await test.step('looks a member up', async () => {
    await rooms(page).getByRole('link', { name: 'Members' }).click();
    await fill(page, { 'Name or e-mail address': 'bob' });
    await main.getByRole('button', { name: /^Show/ }).click();
    const found = main.getByRole('link', { name: 'bob', exact: true });
    await expect(found).toBeVisible();
    await expectNoLinksThere();
    await found.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('bob');
    await expectFact(page, 'State', 'active');
    await expectFact(page, 'Role', 'user');
    await expect(
      main.getByRole('heading', { level: 2 }),
      'devices, notes, activity, memberActions',
    ).toHaveCount(0);
    await expect(main.getByRole('button')).toHaveCount(0);
    await expectNoLinksThere();
  });

  await test.step('comes nowhere else', async () => {
    for (const path of [...CLOSED, paths.memberAction(await members.idOf('bob'), 'role')]) {
      expect((await page.goto(path))?.status(), path).toBe(403);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(ERRORS_TEXTS[403].title);
      await expect(main).toContainText('Only administrators');
    }
  });
});
