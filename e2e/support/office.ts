import type { Locator, Page } from 'playwright/test';
import { fill, send } from './door.ts';
import { expect } from './test.ts';

/** The menu of the back office. */
export function rooms(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Back office' });
}

/** Sees one of the facts that a page tells in a list of them: how an account is, for instance. */
export async function expectFact(page: Page, term: string, text: string | RegExp): Promise<void> {
  await expect(page.locator(`dt:text-is("${term}") + dd`)).toHaveText(text);
}

/** Does something to the member whose screen is open: follows the link, says why and presses the button. */
export async function doMemberAction(
  page: Page,
  link: string,
  button: string,
  reason: string,
): Promise<void> {
  await page.getByRole('main').getByRole('link', { name: link, exact: true }).click();
  await fill(page, { Reason: reason });
  await send(page, button);
}

/** Sees a message of the back office, which may have a button and others beside it. */
export async function expectTold(page: Page, text: string): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: text })).toBeVisible();
}
