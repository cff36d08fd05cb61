import type { Example, Operation } from '../api/v1/operation.ts';
import { paths } from '../paths.ts';

/** A request to an operation, as it is sent: right, or wrong in one way. */
export interface DocumentedRequest {
  /** What is wrong with it. */
  why: string;
  /** The request line and headers. */
  head: string[];
  body: string;
}

/** What a request is made of, before it is written down. */
interface Parts {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  headers: Record<string, string>;
  /** As JSON, but for text, which is sent as it stands. */
  body: unknown;
}

type Change = (parts: Parts) => Partial<Parts>;

/** Values that no field takes, or hardly one. */
const ODD_VALUES = [
  null,
  '',
  ' ',
  [],
  ['x', 'y'],
  {},
  true,
  -1,
  1.5,
  1e300,
  'x',
  'x'.repeat(5_000),
  '\u200b',
  "1' --",
];
const ODD_PARAMS = ['x', '0', '-1', '1.5', '9'.repeat(30), 'x'.repeat(5_000), '%00', '%ff', '%', "1'--"];
const ODD_TAGS = ['"other"', 'W/"other"', 'other', '', '*'];
const ODD_TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', ''];
const ODD_BODIES: [string, string][] = [
  ['no body', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['broken JSON', '{"a":'],
  ['no UTF-8', '{"a":"\xff"}'],
  ['a NUL', '{"a":"\\u0000"}'],
  ['too large', `{"a":"${'x'.repeat(110_000)}"}`],
];

/** The example as a request, with `*` in If-Match where there may be one. */
export function requestOf(
  operation: Operation,
  example: Example,
  more: { why: string; authorization?: string | undefined; headers?: Record<string, string> },
): DocumentedRequest {
  const parts = partsOf(operation, example, more.authorization);
  return written(operation, more.why, { ...parts, headers: { ...parts.headers, ...more.headers } });
}

/** The example, made wrong in every way that its operation could be asked wrongly, one at a time. */
export function wrongRequestsOf(operation: Operation, example: Example, token?: string): DocumentedRequest[] {
  const parts = partsOf(operation, example, token && `Bearer ${token}`);
  const fields = Object.keys(operation.body?.shape ?? {});
  const inBody =
    (name: string, value: unknown): Change =>
    () => ({ body: { ...(parts.body as object), [name]: value } });
  const inQuery =
    (name: string, value: unknown): Change =>
    () => ({ query: { ...parts.query, [name]: value } });
  const header =
    (name: string, value: string): Change =>
    () => ({ headers: { ...parts.headers, [name]: value } });
  const changes: [string, Change][] = [
    ...fields.flatMap((name) =>
      [undefined, ...ODD_VALUES].map((value): [string, Change] => [
        `${name} is ${short(value)}`,
        inBody(name, value),
      ]),
    ),
    ['an unknown parameter', inQuery('unknown', 'x')],
    ['a parameter that means something', inQuery('__proto__', 'x')],
    ...Object.keys(operation.query?.shape ?? {}).flatMap((name) =>
      ['', ...ODD_PARAMS, ['1', '1']].map((value): [string, Change] => [
        `${name} is ${short(value)}`,
        inQuery(name, value),
      ]),
    ),
    ...Object.keys(parts.params).flatMap((name) =>
      [...ODD_PARAMS, '987654', 'constructor'].map((value): [string, Change] => [
        `${name} is ${short(value)}`,
        () => ({ params: { ...parts.params, [name]: value } }),
      ]),
    ),
    ['an unknown field', inBody('unknown', 1)],
    ...ODD_BODIES.map(([name, body]): [string, Change] => [`the body is ${name}`, () => ({ body })]),
    ...ODD_TYPES.map((type): [string, Change] => [
      `the body is ${type || 'of no type'}`,
      () => ({ body: '{}', headers: { ...parts.headers, 'Content-Type': type } }),
    ]),
    ['the body is packed, it says', header('Content-Encoding', 'gzip')],
    ...['text/html', 'image/png;q=0.1', ';;;', 'application/json'].map((type): [string, Change] => [
      `accepts ${type}`,
      header('Accept', type),
    ]),
    ...ODD_TAGS.flatMap((tag): [string, Change][] => [
      [`If-Match: ${tag}`, header('If-Match', tag)],
      [`If-None-Match: ${tag}`, header('If-None-Match', tag)],
    ]),
    ['no If-Match', () => ({ headers: without(parts.headers, 'If-Match') })],
    ['a key', header('Idempotency-Key', 'k')],
  ];
  return changes.map(([why, change]) => written(operation, why, { ...parts, ...change(parts) }));
}

function partsOf({ ifMatch, body }: Operation, example: Example, authorization: string | undefined): Parts {
  return {
    params: example.params ?? {},
    query: example.query ?? {},
    headers: {
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(ifMatch ? { 'If-Match': '*' } : {}),
    },
    body: body ? (example.body ?? {}) : undefined,
  };
}

function written(
  { method, path }: Operation,
  why: string,
  { params, query, headers, body }: Parts,
): DocumentedRequest {
  const place = path.replaceAll(/\{(\w+)\}/g, (_text, name) => encoded(params[name]));
  const search = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encoded(name)}=${encoded(one)}`),
  );
  const target = paths.api() + place + (search.length > 0 ? `?${search.join('&')}` : '');
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : ascii(JSON.stringify(body));
  const about = text === '' || 'Content-Type' in headers ? {} : { 'Content-Type': 'application/json' };
  const lines = Object.entries({ ...about, ...headers }).filter(
    ([name, value]) => name !== 'Content-Type' || value,
  );
  return {
    why,
    head: [
      `${method.toUpperCase()} ${target} HTTP/1.1`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
    ],
    body: text,
  };
}

/** Leaves alone what is encoded on purpose, and wrongly. */
function encoded(value: unknown): string {
  return String(value).startsWith('%') ? String(value) : encodeURIComponent(String(value));
}

function ascii(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function short(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 20);
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
