import {
  type Browser,
  type BrowserContext,
  test as base,
  type Cookie,
  expect,
  type Locator,
  type Page,
  type Request,
} from 'playwright/test';
import { paths } from '../../src/paths.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../../src/testing/openid-provider.ts';
import { Mailbox } from './mailbox.ts';
import { type Members, openMembers, type Person, person } from './members.ts';
import { type Store, startStore } from './server.ts';
import { SettingsClerk } from './settings-clerk.ts';
import { sendUnseen } from './unseen.ts';
import { WarmPage } from './warm-page.ts';
import { Watch } from './watch.ts';

interface TestFixtures {
  /** Notes what goes wrong in the browsers of this test; by its end nothing may have. */
  watch: Watch;
  /** Somebody whom the store does not know yet. */
  newcomer: Person;
  /** Logs somebody in without the form. The page itself goes nowhere yet, and no message waits for it. */
  logIn: (page: Page, name: string) => Promise<void>;
  /** Lets somebody be logged in as before, with the same session: faster than `logIn`, for who never logs out. */
  enter: (page: Page, name: string) => Promise<void>;
  /** Lets moderators and admins in as `enter` does, with a second factor as the back office asks for, and just now. */
  enterOffice: (page: Page, name: string) => Promise<void>;
  /** Has another admin change settings of the store, by the names of the form's fields, until the test is over. */
  setSettings: (values: Record<string, string>) => Promise<void>;
  /** Has whatever a throttle has counted so far been one too many, until the test is over. */
  useUpThrottles: () => Promise<void>;
  /** The page of another person, in another browser: nothing is shared but the store. It is as warm as `page`. */
  othersPage: Page;
  /** Gives a page in a new browser of its own, to which it matters what is kept in a browser, or how many there are. */
  otherBrowser: () => Promise<Page>;
  /**
   * Starts one more store, for what can be done only once or would stand in other tests' way.
   *
   * @param settings environment settings that differ from those of all stores here
   * @param args what the program is told besides
   */
  openStore: (settings?: Record<string, string>, args?: string[]) => Promise<Store>;
}

interface WorkerFixtures {
  /** A provider at which one can log in to the store. It lets everybody in as the person that a test says. */
  provider: OpenIdProvider;
  /** The running store. Each worker has one: tests that run side by side share no throttle and no member. */
  store: Store;
  members: Members;
  /** What the store mails. */
  mailbox: Mailbox;
  warmPage: WarmPage;
  othersWarmPage: WarmPage;
  /** The cookies of those who have come in by `enter`. */
  entered: Map<string, Cookie[]>;
}

/** What a browser of its own says it is: the store takes two of a kind, one right after the other, for one. */
const ANOTHER_BROWSER =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

let newcomers = 0;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  provider: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern
    async ({}, use) => {
      const provider = await startOpenIdProvider();
      await use(provider);
      await provider.stop();
    },
    { scope: 'worker' },
  ],
  store: [
    async ({ provider }, use) => {
      const store = await startStore(provider.settings);
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
  mailbox: [async ({ members }, use) => use(new Mailbox(members.context)), { scope: 'worker' }],
  warmPage: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => use(new WarmPage()),
    { scope: 'worker' },
  ],
  othersWarmPage: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => use(new WarmPage({ userAgent: ANOTHER_BROWSER })),
    { scope: 'worker' },
  ],
  entered: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => use(new Map()),
    { scope: 'worker' },
  ],

  baseURL: async ({ store }, use) => use(store.url),
  watch: [
    async ({ store }, use, testInfo) => {
      const before = store.output().length;
      const watch = new Watch();
      watch.expectOrigin(store.url);
      await use(watch);
      const log = store.output().slice(before);
      if (log) await testInfo.attach('the log of the store', { body: log });
      expect(watch.problems(), 'what went wrong in the browser').toEqual([]);
    },
    { auto: true },
  ],
  page: async ({ browser, warmPage, store, watch }, use) => {
    await lendWarmPage(warmPage, browser, store, watch, use);
  },
  othersPage: async ({ browser, othersWarmPage, store, watch }, use) => {
    await lendWarmPage(othersWarmPage, browser, store, watch, use);
  },
  context: async ({ page }, use) => use(page.context()),
  otherBrowser: async ({ browser, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      // Playwright gives the project's settings to every context of a test.
      const context = await browser.newContext({ userAgent: ANOTHER_BROWSER });
      contexts.push(context);
      watch.on(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  // biome-ignore lint/correctness/noEmptyPattern: as above
  newcomer: async ({}, use) => {
    newcomers += 1;
    await use(person(`dora-${newcomers}`));
  },
  logIn: async ({ members }, use) => {
    await use(async (page, name) => {
      const { password } = await members.get(name);
      const answer = await sendUnseen(page, paths.login(), { username: name, password });
      expect(new URL(answer.url()).pathname, 'where a login leads').toBe(paths.store());
    });
  },
  enter: async ({ logIn, entered }, use) => {
    await use(async (page, name) => {
      const context = page.context();
      const cookies = entered.get(name);
      if (cookies) return context.addCookies(cookies);
      await logIn(page, name);
      entered.set(name, await context.cookies());
    });
  },
  enterOffice: async ({ enter, members }, use) => {
    await use(async (page, name) => {
      await enter(page, name);
      // Not before, or the login would ask for it.
      await members.change(name, { twoFactorSince: Date.now() });
      await members.changeSessions(name, { authenticatedAt: Date.now() });
    });
  },
  setSettings: async ({ store, members }, use) => {
    let clerk: SettingsClerk | undefined;
    await use(async (values) => {
      clerk ??= await SettingsClerk.logIn(store, members);
      await clerk.change(values);
    });
    await clerk?.reset();
  },
  useUpThrottles: async ({ members }, use) => {
    await use(() => members.useUpThrottles());
    await members.clearThrottles();
  },
  openStore: async ({ watch }, use) => {
    const stores: Store[] = [];
    await use(async (settings, args) => {
      const store = await startStore(settings, args);
      stores.push(store);
      watch.expectOrigin(store.url);
      return store;
    });
    for (const store of stores) await store.stop();
  },
});

/** Lends a warm page to a test, and looks on meanwhile. */
async function lendWarmPage(
  warmPage: WarmPage,
  browser: Browser,
  store: Store,
  watch: Watch,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await warmPage.lend(browser);
  const size = page.viewportSize();
  watch.on(page.context());
  await use(page);
  await warmPage.takeBack(page, [store.url], size);
  Watch.off(page.context());
}

export { expect, type Locator, type Page, type Request };
