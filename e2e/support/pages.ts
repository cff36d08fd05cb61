import { paths } from '../../src/paths.ts';
import { ACCOUNT_PAGES } from './account-pages.ts';
import { ADMIN_PAGES } from './admin-pages.ts';
import { openMenu } from './door.ts';
import { DOOR_PAGES } from './door-pages.ts';
import { LONG_NAME, LONG_WORD, memberPage, type SitePage, show } from './site-page.ts';

/** Every page of the site. */
export const SITE_PAGES: SitePage[] = [
  ...DOOR_PAGES,
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
  memberPage('page not found', '/no-such-page', { status: 404 }),
  { name: 'API', status: 200, open: ({ page }) => show(page, paths.apiDocs()) },
  ...ACCOUNT_PAGES,
  ...ADMIN_PAGES,
];
