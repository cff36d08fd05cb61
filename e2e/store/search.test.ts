import { paths } from '../../src/paths.ts';
import { expect, type Locator, type Page, test } from '../support/test.ts';

/** The names of the products that stand on cards, in their order. */
function names(page: Page): Locator {
  return page.getByRole('main').getByRole('heading', { level: 2 });
}

/** The prices of all products in paise, in their order. */
async function prices(page: Page): Promise<number[]> {
  const texts = page.getByText(/^₹[\d,]+\.\d\d$/);
  await expect(texts).toHaveCount(24);
  return (await texts.allInnerTexts()).map((text) => Number(text.replaceAll(/\D/g, '')));
}

async function search(page: Page, text: string): Promise<void> {
  const form = page.getByRole('search');
  await form.getByLabel('Search the store').fill(text);
  await form.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL((url) => url.searchParams.get('q') === text);
}

async function sort(page: Page, by: string): Promise<void> {
  await page.getByLabel('Sort by').selectOption(by);
  await page.getByRole('button', { name: 'Sort', exact: true }).click();
}

test.beforeEach(async ({ page, enter }) => {
  await enter(page, 'alice');
  await page.goto(paths.store());
});

test('the shelf can be sorted by price, both ways, and by name', { tag: '@journey' }, async ({ page }) => {
  await sort(page, 'Price, low to high');
  await expect(page).toHaveURL(/[?&]sort=price(&|$)/);
  const rising = await prices(page);
  expect(rising).toEqual(rising.toSorted((one, other) => one - other));

  await sort(page, 'Price, high to low');
  await expect(page).toHaveURL(/[?&]sort=price-desc(&|$)/);
  expect(await prices(page)).toEqual(rising.toReversed());

  await sort(page, 'Name');
  await expect(page).toHaveURL(/[?&]sort=name(&|$)/);
  await expect(page.getByLabel('Sort by').getByRole('option', { selected: true })).toHaveText('Name');
  await expect(names(page)).toHaveCount(24);
  const sorted = await names(page).allInnerTexts();
  expect(sorted).toEqual(sorted.toSorted((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1)));
});

test('category, order and view stay together, in the address and after a reload', {
  tag: '@journey',
}, async ({ page }) => {
  const categories = page.getByRole('navigation', { name: 'Categories' });
  await categories.getByRole('link', { name: 'Pantry' }).click();
  await expect(page.getByText('5 products in Pantry')).toBeVisible();
  await sort(page, 'Price, high to low');
  await page.getByRole('navigation', { name: 'View' }).getByRole('link', { name: 'List' }).click();
  await page.reload();

  const { searchParams } = new URL(page.url());
  expect(Object.fromEntries(searchParams)).toEqual({ category: 'pantry', sort: 'price-desc', view: 'list' });
  await expect(categories.getByRole('link', { name: 'Pantry' })).toHaveAttribute('aria-current', 'true');
  await expect(page.getByRole('rowheader')).toHaveText([
    'Basmati rice',
    'Coffee beans, medium roast',
    'Wildflower honey',
    'Assam leaf tea',
    'Red lentils (masoor dal)',
  ]);

  await categories.getByRole('link', { name: 'All' }).click();
  await expect(page.getByRole('rowheader')).toHaveCount(24);
});

test('a search finds by any word, and offers a way on when it finds nothing', {
  tag: '@journey',
}, async ({ page }) => {
  await search(page, 'kettle');
  await expect(names(page)).toHaveText(['Electric kettle, 1.7 litres']);
  await expect(page.getByText('1 product matches “kettle”')).toBeVisible();
  await expect(page.getByRole('searchbox')).toHaveValue('kettle');
  await search(page, 'TEA assam');
  await expect(names(page)).toHaveText(['Assam leaf tea']);

  await search(page, 'unicorn');
  await expect(names(page)).toHaveText(['Nothing found']);
  await expect(page.getByText('0 products match “unicorn”')).toBeVisible();
  await page.getByRole('link', { name: 'Show all products' }).click();
  await expect(page).toHaveURL(paths.store());
  await expect(page.getByText('24 products', { exact: true })).toBeVisible();
});

test('whatever is searched for is only text', async ({ page }) => {
  for (const text of ['_', '%%', "'; drop table products; --", '"', '<script>alert(1)</script>', '\\', '!']) {
    await search(page, text);
    await expect(page.getByRole('searchbox')).toHaveValue(text);
    await expect(page.getByText(`“${text}”`)).toBeVisible();
    await expect(names(page)).toHaveText(['Nothing found']);
  }
  await search(page, '   ');
  await expect(page.getByText('24 products', { exact: true })).toBeVisible();
});

test('nonsense in the address is the shelf as it always is', async ({ page }) => {
  await page.goto(`${paths.store()}?category=no-such&sort=up&view=cubes&page=99`);
  await expect(page.getByText('24 products', { exact: true })).toBeVisible();
  await expect(names(page)).toHaveCount(24);
});
