import {
  ALL_WIDTHS,
  expectAccessible,
  expectFingerSized,
  expectToFit,
  expectValidHtml,
  HAND_HELD_WIDTHS,
} from '../support/look.ts';
import { SITE_PAGES } from '../support/pages.ts';
import { expect, test } from '../support/test.ts';

for (const { name, status, open, like } of SITE_PAGES) {
  test(
    `the ${name} page is open to everybody and fits every screen`,
    { tag: like ? [] : '@layout' },
    async (
      { page, enter, enterOffice, logIn, setSettings, openStore, members, mailbox, provider, watch },
      { project },
    ) => {
      if (status >= 400) watch.expectStatus(status);
      const visit = { page, enter, enterOffice, logIn, setSettings, openStore, members, mailbox, provider };
      // Some pages are for those who come from there.
      watch.expectOrigin(provider.issuer);
      const response = await open(visit);
      expect(response?.status()).toBe(status);

      await test.step('for everybody', () => expectAccessible(page));
      if (project.name === 'phone') {
        await test.step('for fingers', () => expectFingerSized(page));
        await test.step('on what one holds', () => expectToFit(page, HAND_HELD_WIDTHS));
      } else {
        await test.step('on every screen', () => expectToFit(page, ALL_WIDTHS));
        // The store sends a phone the same.
        await test.step('for every browser', async () => expectValidHtml((await response?.text()) ?? ''));
      }
    },
  );
}
