import { paths } from '../paths.ts';

/** An answer with its text read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Where a redirect leads; empty when it is none. */
  location: string;
}

/** A browser for request tests: keeps its cookies, follows nothing by itself, sends a form with its hidden fields. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #url: string;
  readonly #fetch: (url: string, init: RequestInit) => Promise<Response>;
  #token = '';
  /** Who the page seen last was shown to; empty for a guest. */
  #member: { _member?: string } = {};

  /** @param send what carries the requests: for https with a certificate of this machine's own, another than `fetch` */
  constructor(url: string, send: (url: string, init: RequestInit) => Promise<Response> = fetch) {
    this.#url = url;
    this.#fetch = send;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request(path, { headers });
  }

  /** Sends a form with the token of the page seen last; `_csrf` in the fields overrules it. */
  post(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.request(path, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ _csrf: this.#token, ...this.#member, ...fields }),
    });
  }

  /** Opens a form's page, then sends the form. */
  async submit(path: string, fields: Record<string, string> = {}): Promise<Answer> {
    await this.get(path);
    return this.post(path, fields);
  }

  /** Follows a redirect. */
  follow(answer: Answer): Promise<Answer> {
    return this.get(answer.location);
  }

  async request(path: string, init: RequestInit): Promise<Answer> {
    const response = await this.#fetch(this.#url + path, {
      redirect: 'manual',
      ...init,
      headers: { accept: 'text/html', cookie: this.#cookieHeader(), ...init.headers },
    });
    this.#keep(response.headers.getSetCookie());
    const text = await response.text();
    const [, token] = /name="_csrf" value="([^"]+)"/.exec(text) ?? [];
    if (token) {
      const [, member] = /name="_member" value="(\d+)"/.exec(text) ?? [];
      this.#token = token;
      this.#member = member ? { _member: member } : {};
    }
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location') ?? '',
    };
  }

  async register(username: string, password: string): Promise<Answer> {
    return this.submit(paths.register(), {
      username,
      email: `${username}@example.org`,
      password,
      password_confirmation: password,
    });
  }

  async logIn(username: string, password: string, more: Record<string, string> = {}): Promise<Answer> {
    return this.submit(paths.login(), { username, password, ...more });
  }

  #cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(setCookies: string[]): void {
    for (const line of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
  }
}

/** The value of a hidden field of a page: of its first form that has one. */
export function hiddenOf(page: string, name: string): string {
  return new RegExp(`type="hidden" name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
}

/** The alerts of a page, as `kind: text`, in their order. */
export function alertsOf(page: string): string[] {
  return [...page.matchAll(/<div class="alert alert-(\w+)[^>]*>(.*?)<\/div>/gs)].map(
    ([, kind, inside]) => `${kind}: ${textOf(inside ?? '')}`,
  );
}

/** The error beside a field; empty when there is none. */
export function errorOf(page: string, field: string): string {
  const found = new RegExp(`id="${field}-error"[^>]*>(.*?)</p>`, 's').exec(page);
  return textOf(found?.[1] ?? '');
}

/** The text of some HTML, as a person reads it. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<svg.*?<\/svg>|<[^>]*>/gs, ' ')
    .replaceAll(/&#39;/g, "'")
    .replaceAll(/&#34;|&quot;/g, '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
