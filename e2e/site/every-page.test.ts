import { expectAccessible, expectFingerSized, expectToFit, expectValidHtml } from '../support/look.ts';
import { SITE_PAGES } from '../support/pages.ts';
import { expect, test } from '../support/test.ts';

for (const { name, status, open } of SITE_PAGES) {
  test(
    `the ${name} page is open to everybody and fits every screen`,
    { tag: '@layout' },
    async ({ page, logIn, openStore, watch }, { project }) => {
      if (status >= 400) watch.expectStatus(status);
      const response = await open({ page, logIn, openStore });
      expect(response?.status()).toBe(status);

      if (project.name === 'phone') await test.step('for fingers', () => expectFingerSized(page));
      await test.step('on every screen', () => expectToFit(page));
      await test.step('for everybody', () => expectAccessible(page));
      await test.step('for every browser', async () => expectValidHtml((await response?.text()) ?? ''));
    },
  );
}
