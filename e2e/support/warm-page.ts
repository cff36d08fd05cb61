import type { Browser, BrowserContext, Page } from 'playwright/test';

/** Nothing but a line of text, and no script that could go on behind the cleaning. */
const EMPTY_PAGE = '/healthz';

/**
 * A page that the tests of a worker use one after another, in a browser that knows nobody: one that is warm shows
 * things several times as fast as a new one. What may tell it from a new one are the files that the browser keeps
 * and the history before the test; a test to which they matter takes `otherBrowser` instead.
 */
export class WarmPage {
  #page: Page | undefined;

  /** Gives the page. It is made within a test, for only there it gets the project's settings. */
  async lend(browser: Browser): Promise<Page> {
    this.#page ??= await (await browser.newContext()).newPage();
    return this.#page;
  }

  /** Leaves the site and forgets the person, and all that a test may have set up. */
  async takeBack(page: Page, origins: Iterable<string>): Promise<void> {
    const context = page.context();
    for (const other of context.pages()) if (other !== page) await other.close();
    await page.unrouteAll();
    // A blank page would end the process that shows the site, and with it what makes it warm.
    await page.goto(EMPTY_PAGE);
    await forget(context, page, origins);
    await page.emulateMedia({ media: null, colorScheme: null, reducedMotion: 'reduce' });
  }
}

/** Removes cookies and whatever else sites keep in a browser. */
async function forget(context: BrowserContext, page: Page, origins: Iterable<string>): Promise<void> {
  await context.clearCookies();
  const session = await context.newCDPSession(page);
  for (const origin of origins) {
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  }
  await session.detach();
}
