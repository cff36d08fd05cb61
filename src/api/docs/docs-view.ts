import { SCOPES } from '../../accounts/api-tokens/scopes.ts';
import { paths } from '../../paths.ts';
import type { PageData } from '../../web/pages.ts';
import { type DocumentedOperation, type OpenApiDocument, openApiDocument } from '../openapi/document.ts';
import { ANYWHERE, problemsOf } from '../openapi/problems.ts';
import type { JsonSchema } from '../openapi/schemas.ts';
import type { Example, Operation } from '../v1/operation.ts';
import { PROBLEM_MEDIA_TYPE } from '../v1/problem-details.ts';
import { PROBLEM_TYPES } from '../v1/problem-types.ts';
import { fieldOf, fieldsOf, objectsOf, piecesOf } from './schema-text.ts';

const TEXTS = {
  title: 'The API',
  fieldsOf: (object: string) => `Fields of ${object}`,
  token: 'Authorization: Bearer ACCESS_TOKEN',
  bodyType: 'Content-Type: application/json',
  ifMatch: 'If-Match: "THE_ETAG"',
};

/** Prepares what the page prints: the same document that API clients read. */
export function docsView(operations: readonly Operation[]): PageData {
  const document = openApiDocument(operations);
  const groups = document.tags.map(({ name }) => ({
    name,
    anchor: `tag-${name.toLowerCase().replaceAll(/\W+/g, '-')}`,
    operations: operations.filter(({ tag }) => tag === name).map((one) => operationView(one, document)),
  }));
  return {
    title: TEXTS.title,
    document: paths.apiDocument(),
    base: paths.api(),
    clients: paths.apiClients(),
    groups,
    objects: Object.entries(document.components.schemas).map(([name, schema]) => ({
      name,
      anchor: objectAnchor(name),
      caption: TEXTS.fieldsOf(name),
      description: piecesOf(schema.description),
      fields: linked(fieldsOf(schema)),
    })),
    anywhere: ANYWHERE,
    problems: Object.entries(PROBLEM_TYPES).map(([name, problem]) => ({ name, ...problem })),
    scopes: Object.entries(SCOPES).map(([name, meaning]) => ({ name, meaning })),
  };
}

function objectAnchor(name: string): string {
  return `object-${name}`;
}

function linked<Field extends { object: string | undefined }>(fields: Field[]) {
  return fields.map((field) => ({ ...field, url: field.object && `#${objectAnchor(field.object)}` }));
}

function operationView(operation: Operation, document: OpenApiDocument) {
  const { id, method, path, summary, examples } = operation;
  const documented = document.paths[path]?.[method] as DocumentedOperation;
  const body = documented.requestBody?.content['application/json']?.schema;
  return {
    anchor: `operation-${id}`,
    method: method.toUpperCase(),
    path: paths.api() + path,
    summary,
    paragraphs: documented.description.split('\n\n').map(piecesOf),
    parameters: linked(
      (documented.parameters ?? []).map((parameter) => ({
        ...fieldOf(parameter.name, parameter.schema, parameter.required, parameter.description),
        place: parameter.in,
      })),
    ),
    body: body ? linked(fieldsOf(resolved(body, document))) : [],
    answers: Object.entries(documented.responses)
      .filter(([, { content = {} }]) => !(PROBLEM_MEDIA_TYPE in content))
      .map(([status, response]) => answerView(status, response)),
    problems: problemsOf(operation).filter((type) => !ANYWHERE.includes(type)),
    examples: examples.map((example) => exampleView(operation, example)),
  };
}

function resolved(schema: JsonSchema, document: OpenApiDocument): JsonSchema {
  const [name] = schema.$ref === undefined ? [] : objectsOf(schema);
  return (name && document.components.schemas[name]) || schema;
}

function answerView(status: string, response: DocumentedOperation['responses'][string]) {
  const { description, headers = {}, content = {} } = response;
  const objects = objectsOf(content['application/json']?.schema ?? {});
  return {
    status,
    description: piecesOf(description),
    objects: objects.map((name) => ({ name, url: `#${objectAnchor(name)}` })),
    headers: Object.entries(headers).map(([name, header]) => ({
      name,
      description: piecesOf(header.description),
    })),
  };
}

/** An example as it goes over the line, but for what the client's library does by itself. */
function exampleView(
  { access, method, path, ifMatch }: Operation,
  { params, query, body, by, status, response }: Example,
) {
  const address = path.replaceAll(/\{(\w+)\}/g, (_text, key) => encodeURIComponent(String(params?.[key])));
  const search = new URLSearchParams(
    Object.entries(query ?? {}).map(([key, value]): [string, string] => [key, String(value)]),
  );
  const request = [
    `${method.toUpperCase()} ${paths.api()}${address}${search.size > 0 ? `?${search}` : ''}`,
    ...(access === 'open' && by === undefined ? [] : [TEXTS.token]),
    ...(ifMatch ? [TEXTS.ifMatch] : []),
    ...(body ? [TEXTS.bodyType, '', print(body)] : []),
  ];
  return { request: request.join('\n'), status, response: response === undefined ? '' : print(response) };
}

function print(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
