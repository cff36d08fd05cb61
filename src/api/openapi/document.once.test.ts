import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../app.ts';
import { paths } from '../../paths.ts';
import { PROJECT_FOLDER } from '../../shared/folders.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { schemaCompiler } from '../../testing/document-schemas.ts';
import { routesOf } from '../../testing/routes.ts';
import type { DocumentedOperation, OpenApiDocument } from './document.ts';
import type { JsonSchema } from './schemas.ts';

let app: TestApp;
let document: OpenApiDocument;
let operations: { name: string; path: string; operation: DocumentedOperation }[];
beforeAll(async () => {
  app = await startTestApp();
  document = await (await fetch(app.url + paths.apiDocument())).json();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );
});
afterAll(() => app.close());

/** Every object in the document with this key, by its value. */
function valuesOf(key: string, within: unknown = document): unknown[] {
  if (typeof within !== 'object' || within === null) return [];
  return Object.entries(within).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(key, value),
  ]);
}

test('every route of the API is in the document, and nothing else', () => {
  const routes = routesOf(createApp(app.context))
    .filter(({ path, method }) => path.startsWith(`${paths.api()}/`) && method !== '_ALL')
    .map(({ method, path }) => `${method} ${path.slice(paths.api().length).replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(operations.map(({ name }) => name).sort()).toEqual(routes.sort());
});

test('docs/api.md leads from the names of tutorials to addresses that there are', () => {
  const page = readFileSync(join(PROJECT_FOLDER, 'docs/api.md'), 'utf8');
  const table = page.slice(
    page.indexOf('| you look for |'),
    page.indexOf('\n\n', page.indexOf('| you look for |')),
  );
  for (const name of [
    '/token',
    '/protected',
    '/api/login',
    '/api/register',
    '/dashboard',
    '/me',
    '/logout',
    'jwt',
  ]) {
    expect(table).toMatch(new RegExp(`\\| [^|]*\`[A-Z ]*${name}\``));
  }
  const routes = new Set(routesOf(createApp(app.context)).map(({ path }) => path));
  const ours = [...table.matchAll(/\/(?:api\/v1|auth)\/[\w.]+|\/api\/docs/g)].map(([path]) => path);
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.filter((path) => !routes.has(path))).toEqual([]);
});

test('the document is there for guests, and says when it is still the same', async () => {
  const first = await fetch(app.url + paths.apiDocument());
  const etag = first.headers.get('etag') ?? '';
  const again = await fetch(app.url + paths.apiDocument(), { headers: { 'if-none-match': etag } });
  expect([first.status, again.status, await again.text()]).toEqual([200, 304, '']);
  expect(document).toMatchObject({ openapi: '3.1.1', servers: [{ url: paths.api() }] });
});

test('every schema is one, and every reference leads to one', () => {
  const compile = schemaCompiler(document.components.schemas);
  const schemas = [...valuesOf('schema'), ...Object.values(document.components.schemas)] as JsonSchema[];
  expect(schemas.length).toBeGreaterThan(20);
  for (const schema of schemas) expect(() => compile(schema), JSON.stringify(schema)).not.toThrow();
  expect(valuesOf('$ref').every((target) => /^#\/components\/schemas\/\w+$/.test(String(target)))).toBe(true);
});

test('operations have names of their own, tags that are listed, and parameters for what is in their path', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { name, path, operation } of operations) {
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    expect(inPath.map((parameter) => parameter.name).sort(), name).toEqual(named.sort());
    expect(inPath.every(({ required }) => required)).toBe(true);
    expect(document.tags.map((tag) => tag.name)).toEqual(expect.arrayContaining(operation.tags));
    expect(Object.keys(operation.responses).every((status) => /^[2-5]\d\d$/.test(status))).toBe(true);
    for (const { bearer } of operation.security)
      if (bearer) expect(document.components.securitySchemes).toHaveProperty('bearer');
  }
});

test('every example fits its schema, whether or not a validator reads patterns as Unicode', () => {
  for (const unicode of [true, false]) {
    const compile = schemaCompiler(document.components.schemas, unicode);
    const check = (name: string, schema: JsonSchema | undefined, value: unknown) => {
      const validate = compile(schema ?? {});
      expect(validate(value) || [name, value, validate.errors]).toBe(true);
    };
    for (const { name, operation } of operations) {
      for (const { example, schema } of operation.parameters ?? []) {
        if (example !== undefined) check(name, schema, example);
      }
      const bodies = [operation.requestBody, ...Object.values(operation.responses)];
      for (const { schema, examples = {} } of bodies.flatMap((body) => Object.values(body?.content ?? {}))) {
        for (const { value } of Object.values(examples)) check(name, schema, value);
      }
    }
  }
});

test('a pattern means the same to every validator: it needs no flag', () => {
  for (const pattern of valuesOf('pattern').map(String)) {
    expect(() => [new RegExp(pattern), new RegExp(pattern, 'u')]).not.toThrow();
    expect(pattern).not.toMatch(/\\[pP]\{|\\u\{|\(\?</);
  }
});
