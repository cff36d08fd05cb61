import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../testing/api-client.ts';
import type { TestApp } from '../../testing/app.ts';
import { schemaCompiler } from '../../testing/document-schemas.ts';
import { startDocumentedStore } from '../../testing/documented-store.ts';
import { PASSWORD } from '../../testing/people.ts';
import { keepState } from '../../testing/rewind.ts';
import type { Example, Operation } from '../v1/operation.ts';
import type { OpenApiDocument } from './document.ts';
import { openApiDocument } from './document.ts';
import { allOperations } from './operations.ts';

/** What is another each time: tokens, cursors, moments, the name of a request. */
const VOLATILE = /(^|_)(token|cursor|at|instance)$/;

let app: TestApp;
let operations: readonly Operation[];
let document: OpenApiDocument;
let rewind: () => Promise<void>;
beforeAll(async () => {
  app = await startDocumentedStore();
  rewind = await keepState(app);
  operations = allOperations(app.context);
  document = openApiDocument(operations);
});
afterAll(() => app.close());

/** Sends an example: with the token of whom it says, a real refresh token, and the tag of what is there. */
async function send({ access, method, path, ifMatch }: Operation, { by, params, query, body }: Example) {
  const client = new ApiClient(app.url);
  const name = by ?? (access === 'open' ? undefined : 'ana');
  if (name !== undefined) await client.logIn(name, PASSWORD, 'roles:write');
  const address = path.replaceAll(/\{(\w+)\}/g, (_text, key) => String(params?.[key]));
  const search = new URLSearchParams(Object.entries(query ?? {}).map(([key, value]) => [key, String(value)]));
  const shown = body && 'refresh_token' in body;
  const login = shown ? await new ApiClient(app.url).logIn('alice', PASSWORD) : undefined;
  return client.send(method.toUpperCase(), search.size > 0 ? `${address}?${search}` : address, {
    body: login ? { ...body, refresh_token: login.json.refresh_token } : body,
    headers: ifMatch ? { 'if-match': await tagOf(client, address) } : {},
  });
}

/** The entity tag of what is at an address, or of what it belongs to. */
async function tagOf(client: ApiClient, address: string): Promise<string> {
  if (address === '') throw new Error('Nothing here has a tag.');
  const tag = (await client.get(address)).headers.get('etag');
  return tag ?? tagOf(client, address.slice(0, address.lastIndexOf('/')));
}

/** A value with what is another each time as its kind. */
function steady(value: unknown, key = ''): unknown {
  if (value !== null && VOLATILE.test(key)) return `some ${typeof value}`;
  if (Array.isArray(value)) return value.map((one) => steady(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, steady(one, name)]));
}

test('every documented example is true', async () => {
  const compile = schemaCompiler(document.components.schemas);
  const firstOf = (id: string) => {
    const operation = operations.find((one) => one.id === id);
    const [example] = operation?.examples ?? [];
    if (!operation || !example) throw new Error(`There is no example of ${id}.`);
    return send(operation, example);
  };
  for (const operation of operations) {
    expect(operation.examples.length, operation.id).toBeGreaterThan(0);
    for (const example of operation.examples) {
      await rewind();
      for (const id of example.after ?? []) await firstOf(id);
      const { status, json, headers } = await send(operation, example);
      const title = `${operation.id}: ${JSON.stringify(json)}`;
      expect(status, title).toBe(example.status);
      if (example.response !== undefined) expect(steady(json), title).toEqual(steady(example.response));

      const { content, headers: named = {} } =
        document.paths[operation.path]?.[operation.method]?.responses[status] ?? {};
      const [[mediaType, { schema }] = ['', { schema: undefined }]] = Object.entries(content ?? {});
      const sent = headers.get('content-type')?.split(';')[0] ?? '';
      expect(sent.replace(/^image\/.+/, 'image/*'), title).toBe(mediaType);
      for (const name of ['etag', 'location', 'www-authenticate', 'retry-after', 'link']) {
        const isNamed = Object.keys(named).some((one) => one.toLowerCase() === name);
        if (headers.has(name)) expect(isNamed, `${operation.id} documents ${name}`).toBe(true);
      }
      if (!schema) {
        expect(json, title).toBeUndefined();
        continue;
      }
      const validate = compile(schema);
      for (const value of [json, example.response ?? json]) {
        expect(validate(value) || validate.errors, title).toBe(true);
      }
    }
  }
});

test('what a request of an example brings is what its schema asks for', () => {
  const compile = schemaCompiler(document.components.schemas);
  for (const { path, method, examples } of operations) {
    const schema = document.paths[path]?.[method]?.requestBody?.content['application/json']?.schema;
    const validate = compile(schema ?? { type: 'null' });
    for (const { body, status } of examples) {
      // What is refused may be wrong on purpose.
      if (status < 400) expect(validate(body ?? null) || validate.errors, path).toBe(true);
    }
  }
});
