import { readFileSync } from 'node:fs';
import { EXPORT_COLUMNS } from '../../src/members/member-export.ts';
import { paths } from '../../src/paths.ts';
import { button, expectMessage, field, fill, openMenu, send } from '../support/door.ts';
import { expectFact, rooms } from '../support/office.ts';
import { expect, test } from '../support/test.ts';

const WHY = 'helps at the counter';

test('an admin finds a member and changes the role, which counts at once and is told wherever it matters', {
  tag: '@journey',
}, async ({ page, othersPage: monas, members, mailbox, enterOffice, logIn }) => {
  const mona = await members.get('mona');
  await logIn(monas, 'mona');
  await enterOffice(page, 'admin-ana');
  const main = page.getByRole('main');

  await test.step('finds the member from the overview', async () => {
    await page.goto(paths.admin());
    await rooms(page).getByRole('link', { name: 'Members' }).click();
    await fill(page, { 'Name or e-mail address': 'mon' });
    await field(page, 'State').selectOption('active');
    await main.getByRole('button', { name: /^Show/ }).click();
    await expect(page).toHaveURL(/[?&]q=mon&/);
    await expect(main.getByText('Members, active, matching “mon”: 1', { exact: true }).first()).toBeVisible();
    await main.getByRole('link', { name: 'mona', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('mona');
  });

  await test.step('changes the role', async () => {
    await expectFact(page, 'Role', 'user');
    await main.getByRole('link', { name: 'Change the role' }).click();
    await field(page, 'Role').selectOption('moderator');
    await fill(page, { Reason: WHY });
    await send(page, 'Change the role');
    await expectMessage(page, 'status', 'Success: The role of mona was changed.');
    await expectFact(page, 'Role', 'moderator');
  });

  await test.step('reads of it, as the member does', async () => {
    const told = 'The store changed the role from user to moderator.';
    await expect(main.getByText(`${told} Reason given: ${WHY}`)).toBeVisible();
    await main.getByRole('link', { name: 'All of it in the audit log' }).click();
    await expect(main.getByRole('row').nth(1)).toContainText(
      /Role changed.*you.*mona.*user → moderator.*helps at/s,
    );
    await monas.goto(paths.store());
    await expect((await openMenu(monas)).getByText('Logged in as mona moderator')).toBeVisible();
    expect((await mailbox.mail(mona.email, 'Your role was changed')).text).toContain(WHY);
  });
});

test('an admin takes along the members that are shown, as a file that no spreadsheet runs', {
  tag: '@no-script',
}, async ({ page, members, enterOffice }) => {
  const [ben, anna] = [await members.idOf('ledger-ben'), await members.idOf('ledger-anna')];
  await members.change('ledger-ben', { email: '=cmd@example.org' });
  await enterOffice(page, 'admin-ana');
  await page.goto(`${paths.adminMembers()}?q=ledger&sort=name`);
  await page.getByRole('link', { name: 'Export as CSV' }).click();
  await expectFact(page, 'Who', 'Members, matching “ledger”');
  await expectFact(page, 'How many', '2');
  const download = page.waitForEvent('download');
  await button(page, 'Download the list').click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^members-\d{4}-\d\d-\d\d\.csv$/);
  const [header, first, second] = readFileSync(await file.path(), 'utf8').split('\r\n');
  expect(header).toBe(`\uFEFF${EXPORT_COLUMNS.join(',')}`);
  expect(first).toMatch(`${anna},ledger-anna,ledger-anna@example.org,user,active,`);
  expect(second).toMatch(`${ben},ledger-ben,'=cmd@example.org,user,active,`);
});
