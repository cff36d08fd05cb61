import { test as base, type Browser, type BrowserContext, expect, type Page } from 'playwright/test';
import { paths } from '../../src/paths.ts';
import { type Members, openMembers, type PersonName } from './members.ts';
import { type Store, startStore } from './server.ts';
import { Watch } from './watch.ts';

interface TestFixtures {
  /** Notes what goes wrong in the browsers of this test; by its end nothing may have. */
  watch: Watch;
  /** Gives a page in a browser of its own, as another person has: nothing is shared but the store. */
  otherBrowser: () => Promise<Page>;
  /** Logs somebody in without the form; the page itself goes nowhere yet, and no message waits for it. */
  logIn: (page: Page, name: PersonName) => Promise<void>;
  /** A second store that nobody has been to, for what can be done only once. */
  newStore: Store;
}

interface WorkerFixtures {
  /** The running store. Each worker has one: tests that run side by side share no throttle and no member. */
  store: Store;
  members: Members;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  store: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern
    async ({}, use) => {
      const store = await startStore();
      await use(store);
      await store.stop();
    },
    { scope: 'worker' },
  ],
  members: [
    async ({ store }, use) => {
      const members = await openMembers(store);
      await use(members);
      await members.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ store }, use) => use(store.url),
  watch: [
    async ({ store }, use, testInfo) => {
      const before = store.output().length;
      const watch = new Watch(store.url);
      await use(watch);
      expect(watch.problems(), 'what went wrong in the browser, unseen').toEqual([]);
      const log = store.output().slice(before);
      if (log && testInfo.status !== testInfo.expectedStatus) await testInfo.attach('log', { body: log });
    },
    { auto: true },
  ],
  context: async ({ context, watch }, use) => {
    watch.on(context);
    await use(context);
  },
  otherBrowser: async ({ browser, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await newContext(browser);
      contexts.push(context);
      watch.on(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
  logIn: async ({ members }, use) => {
    await use(async (page, name) => {
      const { password } = await members.get(name);
      const form = await (await page.request.get(paths.login())).text();
      const _csrf = /name="_csrf" value="([^"]+)"/.exec(form)?.[1] ?? '';
      const answer = await page.request.post(paths.login(), { form: { username: name, password, _csrf } });
      expect(new URL(answer.url()).pathname, 'where a login leads').toBe(paths.store());
    });
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern
  newStore: async ({}, use) => {
    const store = await startStore();
    await use(store);
    await store.stop();
  },
});

/** A context with the project's own settings, which Playwright gives to every context of a test. */
function newContext(browser: Browser): Promise<BrowserContext> {
  return browser.newContext();
}

export { expect };
