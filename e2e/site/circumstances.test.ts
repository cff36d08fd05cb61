/// <reference lib="dom" />
import { paths } from '../../src/paths.ts';
import { expect, test } from '../support/test.ts';

test('the store is dark where the system is', async ({ page, enter }) => {
  await enter(page, 'alice');
  await page.goto(paths.store());
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(250, 248, 243)');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(18, 24, 22)');
});

test('a printed page has the goods on it and nothing to press', async ({ page, enter }) => {
  await enter(page, 'alice');
  await page.goto(paths.product('laptop'));
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('₹75,000.00')).toBeVisible();
  await expect(page.getByRole('search')).toBeHidden();
  await expect(page.getByRole('navigation', { name: 'Account' })).toBeHidden();
});

test('nothing moves while the store loads', { tag: '@layout' }, async ({ otherBrowser, enter }) => {
  const page = await otherBrowser();
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await enter(page, 'alice');
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(paths.store());
  for (const picture of await page.getByRole('main').getByRole('img').all()) {
    await picture.scrollIntoViewIfNeeded();
    await expect(picture).toHaveJSProperty('complete', true);
  }
  const shifts = await page.evaluate(async () => {
    // What moved in a frame is reported after it.
    for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame);
    return (window as unknown as { shifts: number[] }).shifts;
  });
  expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.01);
});
