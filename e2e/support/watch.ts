import type { BrowserContext, ConsoleMessage, Page, Request, Response } from 'playwright/test';
import { paths } from '../../src/paths.ts';

/** What Chromium logs of a page or file that came with an error status; scripts and styles log otherwise. */
const STATUS_LINE = /^Failed to load resource: the server responded with a status of (4\d\d) /;

/** A page that is left while its pictures load, or a form sent twice: the browser gave up by itself. */
const GIVEN_UP = 'net::ERR_ABORTED';

const EVENTS = ['page', 'dialog', 'weberror', 'console', 'request', 'response', 'requestfailed'];

/** Looks on while a test runs: what goes wrong in a browser fails the test, though nobody looked at it. */
export class Watch {
  readonly #problems: string[] = [];
  readonly #expected = new Set<number>();
  readonly #origins = new Set<string>();
  /** The browsers whose member has pressed "Log out". */
  readonly #left = new Set<BrowserContext>();

  /** Says that this is a store's: whatever a page asks of any other origin is wrong. */
  expectOrigin(origin: string): void {
    this.#origins.add(origin);
  }

  /** Says that the test comes to a page that answers with this status (4xx). */
  expectStatus(status: number): void {
    this.#expected.add(status);
  }

  /** Everything that went wrong so far. */
  problems(): string[] {
    return [...this.#problems];
  }

  on(context: BrowserContext): void {
    for (const page of context.pages()) this.#onPage(page);
    context.on('page', (page) => this.#onPage(page));
    context.on('dialog', (dialog) => {
      this.#note('dialog', dialog.message());
      void dialog.dismiss();
    });
    context.on('weberror', (error) => this.#note('script error', String(error.error())));
    context.on('console', (message) => this.#onConsole(context, message));
    context.on('request', (request) => this.#onRequest(context, request));
    context.on('response', (response) => this.#onResponse(context, response));
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      if (reason !== GIVEN_UP) this.#note(`failed request ${reason}`, request.url());
    });
  }

  /** Looks away, when the browser is handed on to the next test. */
  static off(context: BrowserContext): void {
    for (const event of EVENTS) context.removeAllListeners(event);
    for (const page of context.pages()) page.removeAllListeners('crash');
  }

  #onPage(page: Page): void {
    page.on('crash', () => this.#note('crash', page.url()));
  }

  #onConsole(context: BrowserContext, message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const status = Number(STATUS_LINE.exec(message.text())?.[1]);
    if (this.#expected.has(status) || (status === 401 && this.#left.has(context))) return;
    this.#note(`console ${message.type()}`, `${message.text()} (${message.location().url})`);
  }

  #onRequest(context: BrowserContext, request: Request): void {
    const { origin, protocol, pathname } = new URL(request.url());
    if (/^https?:$/.test(protocol) && !this.#origins.has(origin))
      this.#note('foreign request', request.url());
    if (request.method() === 'POST' && pathname === paths.logout()) this.#left.add(context);
  }

  #onResponse(context: BrowserContext, response: Response): void {
    const status = response.status();
    const request = response.request();
    if (status < 400) return;
    // Only of a page itself can a test expect an error; its files must all be there.
    if (request.isNavigationRequest() && this.#expected.has(status)) return;
    // A picture that the browser asks for while its member logs out is not for guests.
    if (status === 401 && request.resourceType() === 'image' && this.#left.has(context)) return;
    this.#note(`status ${status}`, response.url());
  }

  #note(kind: string, what: string): void {
    this.#problems.push(`${kind}: ${what}`);
  }
}
