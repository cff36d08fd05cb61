import type { Page } from 'playwright/test';
import { field } from './door.ts';
import { expect } from './test.ts';

/** Labels of fields whose values never come back. */
const SECRET = /password/i;

/**
 * Sees a form that came back: each error beside its field and in the summary on top, which has the focus and
 * leads to the fields; and what was typed still there, but for passwords.
 *
 * @param typed what had been filled in, by label
 * @param errors what must be said of each wrong field, by label
 */
export async function expectFormBack(
  page: Page,
  typed: Record<string, string>,
  errors: Record<string, string>,
): Promise<void> {
  await expect(page).toHaveTitle(/^Error: /);
  const summary = page.getByRole('alert').filter({ has: page.getByRole('heading') });
  await expect(summary).toBeFocused();
  await expect(summary.getByRole('link')).toHaveCount(Object.keys(errors).length);

  for (const [label, message] of Object.entries(errors)) {
    const input = field(page, label);
    await expect(input).toHaveAccessibleDescription(startsAs(message));
    await expect(input).toHaveAttribute('aria-invalid', 'true');
    await summary.getByRole('link').filter({ hasText: message }).click();
    await expect(input).toBeFocused();
  }
  await expectTypedKept(page, typed);
}

/** Sees what was typed still there, but for passwords. */
export async function expectTypedKept(page: Page, typed: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(typed)) {
    await expect(field(page, label)).toHaveValue(SECRET.test(label) ? '' : value);
  }
}

/** Matches a description that begins with an error that holds this sentence; a hint may follow. */
function startsAs(message: string): RegExp {
  return new RegExp(`^Error: .*${message.replaceAll(/[.?!()]/g, '\\$&')}`);
}
