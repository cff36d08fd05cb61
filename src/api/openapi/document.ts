import { paths } from '../../paths.ts';
import { programVersion } from '../../shared/version.ts';
import { accessWithToken, type Example, type Operation } from '../v1/operation.ts';
import { PROBLEM_MEDIA_TYPE, problemTypeUri } from '../v1/problem-details.ts';
import { PROBLEM_TYPES } from '../v1/problem-types.ts';
import { RATE_LIMIT_HEADERS } from '../v1/rate-limit-headers.ts';
import { formatAccess, scopesOf } from './access-text.ts';
import { problemHeaders, problemSchema, problemsOf } from './problems.ts';
import { createSchemaWriter, type JsonSchema, type SchemaWriter } from './schemas.ts';

const TEXTS = {
  title: 'Gatehouse',
  description:
    'The token API of a members’ store. Log in, send the access token with each request, and refresh it before it ends.',
  bearer:
    'An access token from `/login` or `/refresh`, or a personal access token from the account pages (RFC 6750).',
  ifMatch: 'The ETag of what you have read. If it was changed meanwhile, nothing is done.',
  idempotencyKey:
    'A name of your own for this request. Sent again with the same body, it gets the same answer and is not carried out again; with another body it is `idempotency-key-reused`. Of two at the same instant the second waits for the first.',
  ifNoneMatch: 'ETags of what you have; if it is still the same, the answer is 304 without a body.',
};

export type OpenApiDocument = ReturnType<typeof openApiDocument>;
export type DocumentedOperation = ReturnType<typeof documentedOperation>;

interface MediaType {
  /** Bytes that are not JSON have none. */
  schema?: JsonSchema;
  examples?: Record<string, { value: unknown }> | undefined;
}

/**
 * Describes operations (OpenAPI 3.1.1), from the same schemas that check what comes in. What is undefined is not in
 * the document.
 */
export function openApiDocument(operations: readonly Operation[]) {
  const schemas = createSchemaWriter();
  const documented: Record<string, Record<string, DocumentedOperation>> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    documented[path] = { ...documented[path], [method]: documentedOperation(operation, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: { title: TEXTS.title, version: programVersion(), description: TEXTS.description },
    servers: [{ url: paths.api() }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: documented,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: TEXTS.bearer } },
      schemas: schemas.components,
    },
  };
}

function documentedOperation(operation: Operation, schemas: SchemaWriter) {
  const { id, tag, summary, description, body, examples } = operation;
  const parameters = parametersOf(operation, schemas);
  const bodies = examples.map((example) => example.body);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, `Who may: ${formatAccess(operation)}`].filter(Boolean).join('\n\n'),
    security: securityOf(operation),
    parameters: parameters.length > 0 ? parameters : undefined,
    requestBody: body && {
      required: true,
      content: { 'application/json': mediaType(schemas.write(body.strict(), 'input'), bodies) },
    },
    responses: { ...goodResponses(operation, schemas), ...problemResponses(operation, schemas) },
  };
}

/** Which tokens it takes; what is open and looks at a token all the same takes it or none. */
function securityOf(operation: Operation): Record<string, string[]>[] {
  const access = accessWithToken(operation);
  if (!access) return [];
  const scopes = access.loginScope ? [access.loginScope] : scopesOf(access);
  const bearer = scopes.length > 0 ? scopes.map((scope) => ({ bearer: [scope] })) : [{ bearer: [] }];
  return operation.access === 'open' ? [{}, ...bearer] : bearer;
}

function parametersOf(
  { params, query, ifMatch, idempotencyKey, responses, examples }: Operation,
  schemas: SchemaWriter,
) {
  const [example] = examples;
  const fields = (place: 'path' | 'query', form: typeof params, values: Example['query'] = {}) =>
    Object.entries(form?.shape ?? {}).map(([name, field]) => {
      const { description, ...schema } = schemas.write(field, 'input');
      const required = place === 'path' || !field.safeParse(undefined).success;
      return { name, in: place, required, description, schema, example: values[name] };
    });
  const header = (name: string, required: boolean, description: string) => ({
    name,
    in: 'header' as const,
    required,
    description,
    schema: { type: 'string' } as JsonSchema,
    example: undefined,
  });
  return [
    ...fields('path', params, example?.params),
    ...fields('query', query, example?.query),
    ...(ifMatch ? [header('If-Match', ifMatch === 'required', TEXTS.ifMatch)] : []),
    ...(idempotencyKey ? [header('Idempotency-Key', false, TEXTS.idempotencyKey)] : []),
    ...(304 in responses ? [header('If-None-Match', false, TEXTS.ifNoneMatch)] : []),
  ];
}

type DocumentedResponse = ReturnType<typeof documentedResponse>;

function goodResponses(operation: Operation, schemas: SchemaWriter): Record<string, DocumentedResponse> {
  const responses = Object.entries(operation.responses).map(([status, response]) => {
    const { description, schema, mediaType: bytes, headers } = response;
    const examples = operation.examples.filter((example) => example.status === Number(status));
    const content = schema && {
      'application/json': mediaType(
        schemas.write(schema, 'output'),
        examples.map((example) => example.response),
      ),
    };
    const received = { ...headers, ...limitHeaders(operation) };
    return [status, documentedResponse(description, received, bytes ? { [bytes]: {} } : content)];
  });
  return Object.fromEntries(responses);
}

function problemResponses(operation: Operation, schemas: SchemaWriter): Record<string, DocumentedResponse> {
  const problem = schemas.write(problemSchema, 'output');
  const types = problemsOf(operation);
  const statuses = new Set(types.map((type) => PROBLEM_TYPES[type].status));
  const responses = [...statuses].map((status) => {
    const those = types.filter((type) => PROBLEM_TYPES[type].status === status);
    const names = { type: { type: 'string', enum: those.map(problemTypeUri) } };
    const schema = { allOf: [problem, { type: 'object', properties: names }] };
    const description = those.map((type) => `\`${type}\`: ${PROBLEM_TYPES[type].title}.`).join(' ');
    const received = { ...problemHeaders(those), ...limitHeaders(operation) };
    return [status, documentedResponse(description, received, { [PROBLEM_MEDIA_TYPE]: { schema } })];
  });
  return Object.fromEntries(responses);
}

function documentedResponse(
  description: string,
  texts: Record<string, string>,
  content: Record<string, MediaType> | undefined,
) {
  const headers: Record<string, { description: string; schema: JsonSchema }> = {};
  for (const [name, text] of Object.entries(texts)) {
    headers[name] = { description: text, schema: { type: 'string' } };
  }
  return { description, headers: Object.keys(texts).length > 0 ? headers : undefined, content };
}

function limitHeaders({ limit }: Operation): Record<string, string> {
  return limit ? RATE_LIMIT_HEADERS : {};
}

function mediaType(schema: JsonSchema, values: unknown[]): MediaType {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return { schema };
  return {
    schema,
    examples: Object.fromEntries(known.map((value, index) => [`example${index + 1}`, { value }])),
  };
}
