import { paths } from '../paths.ts';

/** An answer of the API, read; without JSON where it is something else. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  json: any;
}

interface Sent {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A program that talks to the API of a store, for request tests. */
export class ApiClient {
  readonly #url: string;
  /** Sent with every request that names no other. */
  token: string | undefined;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.token = token;
  }

  /**
   * @param target the path below `/api/v1`, with its query
   * @param sent a body is sent as JSON; one that is text already as it is
   */
  async send(
    method: string,
    target: string,
    { token = this.token, body, headers = {} }: Sent = {},
  ): Promise<ApiAnswer> {
    const response = await fetch(this.#url + paths.api() + target, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  get(target: string, sent: Sent = {}): Promise<ApiAnswer> {
    return this.send('GET', target, sent);
  }

  post(target: string, body?: unknown, sent: Sent = {}): Promise<ApiAnswer> {
    return this.send('POST', target, { ...sent, body });
  }

  /** Logs in and goes on with the token. @returns what the login answered */
  async logIn(username: string, password: string, scope?: string): Promise<ApiAnswer> {
    const answer = await this.post('/login', { username, password, scope });
    this.token = answer.json.access_token;
    return answer;
  }
}
