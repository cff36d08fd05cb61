import { paths } from '../../src/paths.ts';
import { TEXTS as ERRORS_TEXTS } from '../../src/web/errors.ts';
import { expect, test } from '../support/test.ts';

test('a member who goes astray stays in the house, and is told a reference', { tag: '@journey' }, async ({
  page,
  enter,
  watch,
}) => {
  watch.expectStatus(404);
  await enter(page, 'alice');
  const astray = {
    '/no-such-page': 'There is nothing at this address.',
    [paths.product('no-such-product')]: 'There is no such product.',
  };
  for (const [path, said] of Object.entries(astray)) {
    const response = await page.goto(path);
    expect(response?.status()).toBe(404);
    await expect(page).toHaveTitle(`${ERRORS_TEXTS[404].title} · Gatehouse`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(ERRORS_TEXTS[404].title);
    const main = page.getByRole('main');
    await expect(main).toContainText(said);
    await expect(main).toContainText(`Reference: ${response?.headers()['x-request-id']}`);
    await expect(page.getByRole('navigation', { name: 'Account' })).toContainText('alice');
    await expect(page.getByRole('search')).toBeVisible();
    await main.getByRole('link', { name: 'To the store' }).click();
    await expect(page).toHaveURL(paths.store());
  }
});
