import type { APIResponse, Page } from 'playwright/test';

/**
 * Sends a form of the store as the page's browser would, without showing it: fast, for what is not looked at.
 *
 * @param action where it is sent to, if that is not its own page
 */
export async function sendUnseen(
  page: Page,
  path: string,
  fields: Record<string, string> = {},
  action = path,
): Promise<APIResponse> {
  const form = await (await page.request.get(path)).text();
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
  return page.request.post(action, { form: { ...fields, _csrf } });
}
