import { TEXTS as TASK_TEXTS } from '../../src/admin/tasks/task.page.ts';
import { paths } from '../../src/paths.ts';
import { button, expectMessage, field, fill, send } from '../support/door.ts';
import { tabTo } from '../support/keyboard.ts';
import { expectTold } from '../support/office.ts';
import { expect, type Locator, type Page, test } from '../support/test.ts';

async function addTask(page: Page, title: string): Promise<void> {
  await page.goto(paths.newTask());
  await fill(page, { Title: title });
  await send(page, 'Add the task');
  await expectTold(page, `Added: ${title}`);
}

function task(page: Page, title: string): Locator {
  return page.getByRole('main').getByRole('link', { name: title, exact: true });
}

test('a moderator adds, changes, completes and reopens a task by keyboard alone, and cannot delete it', async ({
  page,
  newcomer,
  enterOffice,
}) => {
  const title = `Sweep for ${newcomer.name}`;
  const press = async (target: Locator) => {
    await tabTo(page, target);
    await page.keyboard.press('Enter');
  };
  await enterOffice(page, 'mod-mina');
  await page.goto(paths.tasks());
  await press(page.getByRole('link', { name: 'Add a task' }));
  await tabTo(page, field(page, 'Title'));
  await page.keyboard.type(title);
  await page.keyboard.press('Enter');
  await expectTold(page, `Added: ${title}`);
  await tabTo(page, field(page, 'Search'));
  await page.keyboard.type(newcomer.name);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '1 task' })).toBeVisible();

  await press(task(page, title));
  await expect(button(page, 'Save')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Delete' })).toHaveCount(0);
  await tabTo(page, field(page, 'Note'));
  await page.keyboard.type('Behind the shelves, too.');
  await press(button(page, 'Save'));
  await expectTold(page, `Saved: ${title}`);
  await expect(page.getByText('Behind the shelves, too.')).toBeVisible();

  await press(page.getByRole('button', { name: new RegExp(`^Complete.*${title}$`) }));
  await expectTold(page, `Done: ${title}`);
  await expect(task(page, title)).toHaveCount(0);
  await press(page.getByRole('link', { name: /^Done/ }));
  await press(page.getByRole('button', { name: new RegExp(`^Reopen.*${title}$`) }));
  await expectMessage(page, 'status', `Success: Open again: ${title}`);
  await press(page.getByRole('link', { name: /^Open/ }));
  await expect(task(page, title)).toBeVisible();
});

test('of two who change one task, the second sees what the first saved and keeps the own typing', {
  tag: '@no-script',
}, async ({ page, othersPage: minas, newcomer, enterOffice, watch }) => {
  watch.expectStatus(422);
  const title = `Order tea for ${newcomer.name}`;
  await enterOffice(page, 'admin-ana');
  await enterOffice(minas, 'mod-mina');
  await addTask(page, title);
  await minas.goto(paths.tasks());
  for (const each of [page, minas]) await task(each, title).click();
  await fill(minas, { Note: 'Assam, two boxes.', 'Due day': '2030-05-01' });
  await send(minas, 'Save');

  await fill(page, { Note: 'Darjeeling.' });
  expect((await send(page, 'Save')).status()).toBe(422);
  const conflict = page.getByRole('alert');
  await expect(conflict.getByRole('heading')).toHaveText(TASK_TEXTS.changed('mod-mina'));
  await expect(conflict.getByRole('definition')).toHaveText(['Assam, two boxes.', '1 May 2030']);
  await expect(conflict).toBeFocused();
  await expect(field(page, 'Note')).toHaveValue('Darjeeling.');
  await send(page, 'Save');
  await expectTold(page, `Saved: ${title}`);

  await test.step('an admin deletes it, once they have said so', async () => {
    await task(page, title).click();
    await page.getByRole('link', { name: 'Delete' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Delete ${title}?`);
    await send(page, 'Delete the task');
    await expectTold(page, `Deleted: ${title}`);
    await expect(task(page, title)).toHaveCount(0);
  });
});
