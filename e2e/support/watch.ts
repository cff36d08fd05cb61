import type { BrowserContext, Page } from 'playwright/test';

/** What Chromium logs of a page or file that came with an error status; scripts and styles log otherwise. */
const STATUS_LINE = /^Failed to load resource: the server responded with a status of (4\d\d) /;

/** Looks on while a test runs: what goes wrong in a browser fails the test, though nobody looked at it. */
export class Watch {
  readonly #problems: string[] = [];
  readonly #expected = new Set<number>();
  readonly #origin: string;

  /** @param origin of the store; what other origins answer does not matter, asking them does */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Says that the test asks for a page that answers with this status (4xx). */
  expectStatus(status: number): void {
    this.#expected.add(status);
  }

  /** Everything that went wrong so far. */
  problems(): string[] {
    return [...this.#problems];
  }

  on(context: BrowserContext): void {
    context.on('page', (page) => this.#onPage(page));
    context.on('weberror', (error) => this.#note('script error', String(error.error())));
    context.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      const status = STATUS_LINE.exec(message.text())?.[1];
      if (status === undefined || !this.#expected.has(Number(status))) {
        this.#note(`console ${message.type()}`, `${message.text()} (${message.location().url})`);
      }
    });
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (/^https?:$/.test(protocol) && origin !== this.#origin) this.#note('foreign request', request.url());
    });
    context.on('response', (response) => {
      const status = response.status();
      const isPage = response.request().isNavigationRequest();
      const fine = status < 400 || (isPage && this.#expected.has(status));
      if (!fine) this.#note(`status ${status}`, response.url());
    });
    context.on('requestfailed', (request) => {
      // A page that is left while its pictures load, or a form sent twice: the browser gives up by itself.
      const reason = request.failure()?.errorText ?? '';
      if (reason !== 'net::ERR_ABORTED') this.#note(`failed request ${reason}`, request.url());
    });
  }

  #onPage(page: Page): void {
    page.on('dialog', (dialog) => {
      this.#note('dialog', dialog.message());
      void dialog.dismiss();
    });
    page.on('crash', () => this.#note('crash', page.url()));
  }

  #note(kind: string, what: string): void {
    this.#problems.push(`${kind}: ${what}`);
  }
}
