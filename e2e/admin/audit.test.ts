import { disableMember } from '../../src/members/access.ts';
import { paths } from '../../src/paths.ts';
import { memberActionOf } from '../../src/testing/member-actions.ts';
import { field, fill } from '../support/door.ts';
import { expect, test } from '../support/test.ts';

test('an admin finds in the log who did what to whom, told in words, and leafs through it', {
  tag: '@no-script',
}, async ({ page, members, enterOffice }) => {
  const reason = 'did not pay since May';
  await members.makeHistory('lena', 60);
  await disableMember(
    members.context,
    memberActionOf(await members.idOf('admin-ana'), reason),
    await members.idOf('lena'),
  );
  await enterOffice(page, 'admin-ana');
  await page.goto(paths.audit());
  const rows = page.getByRole('main').getByRole('row');

  await test.step('by whom and what', async () => {
    await page
      .locator('summary')
      .filter({ hasText: /^Filter$/ })
      .click();
    await fill(page, { 'Done to': 'lena', 'Done by': 'admin-ana' });
    await field(page, 'What').selectOption('Account disabled');
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect(page.getByRole('heading', { level: 2 })).toHaveText(
      'Account disabled, done by admin-ana to lena',
    );
    await expect(rows).toHaveCount(2);
    await expect(rows.last()).toContainText(/Account disabled.*you.*lena.*did not pay since May/s);
    await expect(field(page, 'Done to')).toHaveValue('lena');
  });

  await test.step('page by page', async () => {
    await fill(page, { 'Done by': '' });
    await field(page, 'What').selectOption('Anything');
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect(rows.nth(1)).toContainText('Account disabled');
    await page.getByRole('link', { name: 'Older' }).click();
    await expect(page).toHaveURL(/whom=lena&before=\d+$/);
    await expect(rows.filter({ hasText: 'Account disabled' })).toHaveCount(0);
    await page.getByRole('link', { name: 'Newer' }).click();
    await expect(rows.nth(1)).toContainText('Account disabled');
  });

  await test.step('and nothing where there is nothing', async () => {
    await page.goto(`${paths.audit()}?who=nobody-here`);
    await expect(page.getByText('Nobody here is called “nobody-here”.')).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Show everything' }).last().click();
    await expect(page).toHaveURL(paths.audit());
  });
});
