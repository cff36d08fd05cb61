import type { Locator, Page, Response } from 'playwright/test';
import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { paths } from '../../src/paths.ts';
import type { Person } from './members.ts';
import { expect } from './test.ts';

/** A form's field by its whole label. */
export function field(page: Page, label: string): Locator {
  return page.getByLabel(label, { exact: true });
}

/** A button of the page itself, not of its header. */
export function button(page: Page, name: string): Locator {
  return page.getByRole('main').getByRole('button', { name, exact: true });
}

/** What goes into the form of a new account, by label. */
export function newAccount({ name, email, password }: Person) {
  return {
    Username: name,
    'E-mail address': email,
    Password: password,
    'Password, once more': password,
  };
}

/** What goes into the login form, by label. */
export function credentials({ name, password }: Pick<Person, 'name' | 'password'>) {
  return { 'Username or e-mail': name, Password: password };
}

export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await field(page, label).fill(value);
}

/** Presses the button that sends a form, and gives the answer behind all redirects. */
export async function send(page: Page, name: string): Promise<Response> {
  const answer = page.waitForResponse(
    (response) => response.request().isNavigationRequest() && Math.floor(response.status() / 100) !== 3,
  );
  const loaded = page.waitForEvent('load');
  await button(page, name).click();
  await loaded;
  return answer;
}

/** Fills the login form, which must be open, and sends it. */
export async function sendLogin(page: Page, who: Pick<Person, 'name' | 'password'>): Promise<Response> {
  await fill(page, credentials(who));
  return send(page, 'Log in');
}

/** Fills the register form, which must be open, and sends it. */
export async function sendRegistration(page: Page, who: Person): Promise<Response> {
  await fill(page, newAccount(who));
  return send(page, 'Register');
}

/** Opens the menu in a member's header. */
export async function openMenu(page: Page): Promise<Locator> {
  const account = page.getByRole('navigation', { name: 'Account', exact: true });
  await account.locator('summary').click();
  return account;
}

/** Logs out as a member does, through the menu. */
export async function logOut(page: Page): Promise<void> {
  const account = await openMenu(page);
  await account.getByRole('button', { name: 'Log out' }).click();
  await expect(page).toHaveURL(paths.login());
}

/** Every message on the page, of whatever kind. */
export function messages(page: Page): Locator {
  return page.getByRole('status').or(page.getByRole('alert'));
}

/** Sees a message that is announced and stands alone. */
export async function expectMessage(page: Page, role: 'status' | 'alert', text: string | RegExp) {
  await expect(page.getByRole(role)).toHaveText(text);
  await expect(messages(page)).toHaveCount(1);
}

export const LOGGED_OUT = `Information: ${DOOR_TEXTS.loggedOut}`;
export const LOG_IN_FIRST = `Warning: ${DOOR_TEXTS.loginFirst}`;

/** Sees the store as this member's. */
export async function expectStoreOf(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Welcome, ${name}`);
}
