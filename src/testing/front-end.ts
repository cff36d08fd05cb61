import { paths } from '../paths.ts';
import type { TestApp } from './app.ts';
import type { Visitor } from './visitor.ts';

/** Where the front end stands that the tests allow. */
export const FRONT_END = 'https://shop.example';

/** An answer of the session API. */
export interface FrontEndAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  body: any;
  headers: Headers;
}

/** A page of a front end on another origin, in a browser of its own, for request tests. */
export class FrontEnd {
  readonly browser: Visitor;
  readonly #origin: string | null;

  /** @param origin null for a program, which sends none */
  constructor(app: TestApp, origin: string | null = FRONT_END, browser = app.visitor()) {
    this.browser = browser;
    this.#origin = origin;
  }

  /**
   * @param target the path below `/auth`
   * @param body becomes JSON, unless it is text already
   */
  async send(
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<FrontEndAnswer> {
    const answer = await this.browser.request(paths.sessionApi() + target, {
      method,
      headers: {
        accept: '*/*',
        ...(this.#origin === null ? {} : { origin: this.#origin }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const parsed = answer.text === '' ? undefined : JSON.parse(answer.text);
    return { status: answer.status, body: parsed, headers: answer.headers };
  }

  get(target: string): Promise<FrontEndAnswer> {
    return this.send('GET', target);
  }

  post(target: string, body?: unknown): Promise<FrontEndAnswer> {
    return this.send('POST', target, body);
  }

  put(target: string, body?: unknown): Promise<FrontEndAnswer> {
    return this.send('PUT', target, body);
  }
}
