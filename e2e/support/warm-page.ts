import type { Browser, BrowserContextOptions, CDPSession, Page } from 'playwright/test';

/** Nothing but a line of text, and no script that could go on behind the cleaning. */
const EMPTY_PAGE = '/healthz';

/**
 * A page that the tests of a worker use one after another, in a browser that knows nobody: one that is warm shows
 * things several times as fast as a new one. What may tell it from a new one are the files that the browser keeps
 * and the history before the test; a test to which they matter takes `otherBrowser` instead.
 */
export class WarmPage {
  readonly #options;
  #page: Page | undefined;
  #devtools: CDPSession | undefined;

  /** @param options what the browser has besides the project's settings */
  constructor(options: BrowserContextOptions = {}) {
    this.#options = options;
  }

  /** Gives the page. It is made within a test, for only there it gets the project's settings. */
  async lend(browser: Browser): Promise<Page> {
    this.#page ??= await (await browser.newContext(this.#options)).newPage();
    return this.#page;
  }

  /** Leaves the site and forgets the person, and all that a test may have set up. */
  async takeBack(
    page: Page,
    origins: Iterable<string>,
    size: ReturnType<Page['viewportSize']>,
  ): Promise<void> {
    for (const other of page.context().pages()) if (other !== page) await other.close();
    await page.unrouteAll();
    // A blank page would end the process that shows the site, and with it what makes it warm.
    await page.goto(EMPTY_PAGE);
    await this.#forget(page, origins);
    await page.emulateMedia({ media: null, colorScheme: null, reducedMotion: 'reduce' });
    if (size && page.viewportSize()?.width !== size.width) await page.setViewportSize(size);
  }

  /** Removes cookies and whatever else sites keep in a browser. */
  async #forget(page: Page, origins: Iterable<string>): Promise<void> {
    await page.context().clearCookies();
    this.#devtools ??= await page.context().newCDPSession(page);
    for (const origin of origins) {
      await this.#devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    }
  }
}
