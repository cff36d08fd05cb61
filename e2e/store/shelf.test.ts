/// <reference lib="dom" />
import { demoProducts } from '../../src/catalogue/demo.ts';
import { paths } from '../../src/paths.ts';
import { expect, type Locator, type Page, test } from '../support/test.ts';

const PRICE = /₹[\d,]+\.\d\d/;
const AVAILABILITY = /In stock|Only \d+ left|Out of stock/;

/** What a member must be able to read of some products: ordinary, dear (grouped by lakh), scarce and gone. */
const SEEN: Record<string, string[]> = {
  Laptop: ['₹75,000.00', 'In stock'],
  Keyboard: ['₹1,500.00', 'In stock'],
  Mouse: ['₹800.00', 'In stock'],
  'Espresso machine, two groups': ['₹1,24,500.00', 'Only 2 left'],
  '27-inch monitor': ['₹22,490.00', 'Only 3 left'],
  'Headset with microphone': ['₹2,799.00', 'Out of stock'],
};

/** The products on the page, as cards or as rows of a table. */
function products(page: Page, kind: 'listitem' | 'row'): Locator {
  const all = page.getByRole('main').getByRole(kind);
  return all.filter({ has: page.getByRole('img') });
}

async function expectWholeShelf(page: Page, kind: 'listitem' | 'row'): Promise<void> {
  await expect(products(page, kind)).toHaveCount(24);
  for (const text of await products(page, kind).allInnerTexts()) {
    expect(text).toMatch(PRICE);
    expect(text).toMatch(AVAILABILITY);
  }
  for (const [name, texts] of Object.entries(SEEN)) {
    const link = page.getByRole('link', { name, exact: true });
    for (const text of texts) await expect(products(page, kind).filter({ has: link })).toContainText(text);
  }
}

test.beforeEach(async ({ page, enter }) => {
  await enter(page, 'alice');
  await page.goto(paths.store());
});

test('a member sees the whole shelf, with prices and what can be had, as cards or as a list', {
  tag: '@journey',
}, async ({ page }) => {
  await expect(page.getByText('24 products', { exact: true })).toBeVisible();
  await expectWholeShelf(page, 'listitem');

  await page.getByRole('navigation', { name: 'View' }).getByRole('link', { name: 'List' }).click();
  await expect(page).toHaveURL(`${paths.store()}?view=list`);
  await expectWholeShelf(page, 'row');
  await page.getByRole('navigation', { name: 'View' }).getByRole('link', { name: 'Cards' }).click();
  await expect(page).toHaveURL(paths.store());
});

test('each cell of the list is as high as its row and stands in its column', async ({ page }) => {
  await page.goto(`${paths.store()}?view=list`);
  for (const width of [900, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const loose = await page.getByRole('table').evaluate((table: HTMLTableElement) => {
      const [head, ...rows] = [...table.rows];
      return rows.flatMap((row) =>
        [...row.cells].flatMap((cell, index) => {
          const [box, column] = [cell.getBoundingClientRect(), head?.cells[index]?.getBoundingClientRect()];
          const inColumn = box.left === column?.left && box.width === column.width;
          return inColumn && box.height === row.getBoundingClientRect().height ? [] : [cell.outerHTML];
        }),
      );
    });
    expect.soft(loose, `at ${width} px`).toEqual([]);
    await expect(page.getByRole('row')).toHaveCount(25);
  }
});

test('every picture is really there, and says what it shows', async ({ page }) => {
  const pictures = page.getByRole('main').getByRole('img');
  await expect(pictures).toHaveCount(24);
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    await expect(picture).toHaveJSProperty('complete', true);
    await expect(picture).not.toHaveJSProperty('naturalWidth', 0);
    await expect(picture).toHaveAccessibleName(/\w{3,}/);
  }
});

test('a product tells all that is known of it, and leads back', { tag: '@journey' }, async ({ page }) => {
  const espresso = demoProducts.find(({ slug }) => slug === 'espresso-machine');
  await page.getByRole('link', { name: 'Espresso machine, two groups', exact: true }).click();
  await expect(page).toHaveURL(paths.product('espresso-machine'));
  await expect(page).toHaveTitle('Espresso machine, two groups · Gatehouse');
  const main = page.getByRole('main');
  for (const text of ['₹1,24,500.00', 'Only 2 left', 'Kitchen', espresso?.sku, espresso?.description]) {
    await expect(main.getByText(text ?? 'missing', { exact: true }).first()).toBeVisible();
  }
  await expect(main.getByRole('img')).not.toHaveJSProperty('naturalWidth', 0);

  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Kitchen' }).click();
  await expect(page).toHaveURL(`${paths.store()}?category=kitchen`);
});
