import { paths } from '../src/paths.ts';

/** A page or a redirect as a member's browser gets it. */
export interface Answer {
  status: number;
  location: string;
  text: string;
}

/** Of the demo. */
const PRODUCTS = 24;
const BROWSER_COOKIE = 'gatehouse-browser';

/** Good for the rules of `accounts/passwords.ts`, whoever's it is. */
export const PASSWORD = 'Quay-lantern-41-Harbour!';

/** A browser as small as the bench needs: its cookies, and the token of the form seen last. */
export class Member {
  readonly #cookies = new Map<string, string>();
  readonly #url: string;
  readonly #username: string;
  readonly #address: string | undefined;
  #token = '';

  /** @param address where it asks from, for a store that takes this machine for a proxy */
  constructor(url: string, username: string, address?: string) {
    this.#url = url;
    this.#username = username;
    this.#address = address;
  }

  /** The same browser before its next login: it kept nothing but the cookie by which the account knows it. */
  nextVisit(): Member {
    const next = new Member(this.#url, this.#username, this.#address);
    const known = this.#cookies.get(BROWSER_COOKIE);
    if (known) next.#cookies.set(BROWSER_COOKIE, known);
    return next;
  }

  /** What it sends with each request. */
  get headers(): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return { cookie, ...(this.#address ? { 'x-forwarded-for': this.#address } : {}) };
  }

  get(path: string): Promise<Answer> {
    return this.#ask(path, {});
  }

  /** Throws when the store did not take the new account. */
  async register(): Promise<void> {
    const answer = await this.#submit(paths.register(), {
      username: this.#username,
      email: `${this.#username}@example.org`,
      password: PASSWORD,
      password_confirmation: PASSWORD,
    });
    if (answer.status !== 303) throw new Error(`Registration answered ${answer.status}, not 303.`);
  }

  /** Throws when the login did not lead into the store. */
  async logIn(): Promise<void> {
    const answer = await this.tryLogIn();
    if (!isSignedIn(answer)) throw new Error(`Login answered ${answer.status}, not 303 to the store.`);
  }

  tryLogIn(password = PASSWORD): Promise<Answer> {
    return this.#submit(paths.login(), { username: this.#username, password });
  }

  async #submit(path: string, fields: Record<string, string>): Promise<Answer> {
    await this.get(path);
    return this.#ask(path, {
      method: 'POST',
      body: new URLSearchParams({ _csrf: this.#token, ...fields }),
    });
  }

  async #ask(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...this.headers },
      ...init,
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    const text = await response.text();
    this.#token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? this.#token;
    return { status: response.status, location: response.headers.get('location') ?? '', text };
  }
}

/** Whether this is what the store answers to a good login. */
export function isSignedIn({ status, location }: Answer): boolean {
  return status === 303 && location === paths.store();
}

/**
 * Checks that an answer is the store's first page with all its products.
 *
 * @returns its size in bytes
 */
export function checkStorePage({ status, text }: Answer): number {
  if (status !== 200) throw new Error(`The store page answered ${status}, not 200.`);
  const links = text.matchAll(new RegExp(`href="${paths.store()}/([^"/?]+)"`, 'g'));
  const found = new Set([...links].map(([, slug]) => slug)).size;
  if (found !== PRODUCTS) throw new Error(`The store page has ${found} products, not ${PRODUCTS}.`);
  return Buffer.byteLength(text);
}
