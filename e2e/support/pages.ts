import type { Page, Response } from 'playwright/test';
import { paths } from '../../src/paths.ts';
import { fill, openMenu, send } from './door.ts';
import type { Store } from './server.ts';

/** What it takes to open a page. */
interface Visit {
  page: Page;
  enter: (page: Page, name: string) => Promise<void>;
  openStore: () => Promise<Store>;
}

/** A page of the site in one of its states, with the longest texts that can come into it. */
export interface SitePage {
  name: string;
  status: number;
  open: (visit: Visit) => Promise<Response | null>;
}

const LONG_WORD = 'w'.repeat(100);
const LONG_NAME = 'mwmwmwmwmwmwmwmwmwmwmwmwmwmwmw';

const memberPage = (name: string, path: string, status = 200): SitePage => ({
  name,
  status,
  async open({ page, enter }) {
    await enter(page, LONG_NAME);
    return page.goto(path);
  },
});

/** Every page of the site. */
export const SITE_PAGES: SitePage[] = [
  { name: 'login', status: 200, open: ({ page }) => page.goto(paths.store()) },
  {
    name: 'refused login',
    status: 422,
    async open({ page }) {
      await page.goto(paths.login());
      await fill(page, { 'Username or e-mail': LONG_WORD, Password: 'x' });
      return send(page, 'Log in');
    },
  },
  { name: 'register', status: 200, open: ({ page }) => page.goto(paths.register()) },
  {
    name: 'register with errors',
    status: 422,
    async open({ page }) {
      await page.goto(paths.register());
      await fill(page, { Username: LONG_WORD, 'E-mail address': LONG_WORD, Password: 'x' });
      return send(page, 'Register');
    },
  },
  {
    name: 'set-up',
    status: 200,
    open: async ({ page, openStore }) => page.goto((await openStore()).setupUrl),
  },
  {
    name: 'stale form',
    status: 403,
    async open({ page }) {
      await page.goto(paths.register());
      await page.context().clearCookies();
      return send(page, 'Register');
    },
  },
  {
    name: 'logout',
    status: 200,
    async open({ page, enter }) {
      await enter(page, LONG_NAME);
      const response = await page.goto(paths.logout());
      // Here nothing lies under the open menu.
      await openMenu(page);
      return response;
    },
  },
  memberPage('store as cards', paths.store()),
  memberPage('store as a list', `${paths.store()}?view=list`),
  memberPage('empty search', `${paths.store()}?q=${LONG_WORD}`),
  memberPage('product', paths.product('first-aid-kit')),
  memberPage('page not found', '/no-such-page', 404),
];
