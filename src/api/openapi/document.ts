import { paths } from '../../paths.ts';
import { programVersion } from '../../shared/version.ts';
import { accessWithToken, type Example, type Operation } from '../v1/operation.ts';
import { PROBLEM_MEDIA_TYPE, problemTypeUri } from '../v1/problem-details.ts';
import { PROBLEM_TYPES, type ProblemType } from '../v1/problem-types.ts';
import { RATE_LIMIT_HEADERS } from '../v1/rate-limit-headers.ts';
import { formatAccess, scopesOf } from './access-text.ts';
import type { DocumentedOperation, Header, MediaType, OpenApiDocument, Parameter } from './document-types.ts';
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

/** Describes operations (OpenAPI 3.1.1), from the same schemas that check what comes in. */
export function openApiDocument(operations: readonly Operation[]): OpenApiDocument {
  const schemas = createSchemaWriter();
  const documented: OpenApiDocument['paths'] = {};
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

function documentedOperation(operation: Operation, schemas: SchemaWriter): DocumentedOperation {
  const { id, tag, summary, description, body, examples } = operation;
  const parameters = parametersOf(operation, schemas);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, `Who may: ${formatAccess(operation)}`].filter(Boolean).join('\n\n'),
    security: securityOf(operation),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': mediaType(
                schemas.write(body.strict(), 'input'),
                examples.map((example) => example.body),
              ),
            },
          },
        }
      : {}),
    responses: {
      ...goodResponses(operation, schemas),
      ...problemResponses(problemsOf(operation), schemas, operation.limit ? RATE_LIMIT_HEADERS : {}),
    },
  };
}

/** Which tokens it takes; what is open and looks at a token all the same takes it or none. */
function securityOf(operation: Operation): DocumentedOperation['security'] {
  const access = accessWithToken(operation);
  if (!access) return [];
  const scopes = access.loginScope ? [access.loginScope] : scopesOf(access);
  const bearer = scopes.length > 0 ? scopes.map((scope) => ({ bearer: [scope] })) : [{ bearer: [] }];
  return operation.access === 'open' ? [{}, ...bearer] : bearer;
}

function parametersOf(
  { params, query, ifMatch, idempotencyKey, responses, examples }: Operation,
  schemas: SchemaWriter,
): Parameter[] {
  const [example] = examples;
  const fields = (place: 'path' | 'query', form: typeof params, values: Example['query'] = {}): Parameter[] =>
    Object.entries(form?.shape ?? {}).map(([name, field]) => {
      const { description, ...schema } = schemas.write(field, 'input');
      return {
        name,
        in: place,
        required: place === 'path' || !field.safeParse(undefined).success,
        ...(description === undefined ? {} : { description: String(description) }),
        schema,
        ...(values[name] === undefined ? {} : { example: values[name] }),
      };
    });
  const header = (name: string, required: boolean, description: string): Parameter => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  return [
    ...fields('path', params, example?.params),
    ...fields('query', query, example?.query),
    ...(ifMatch ? [header('If-Match', ifMatch === 'required', TEXTS.ifMatch)] : []),
    ...(idempotencyKey ? [header('Idempotency-Key', false, TEXTS.idempotencyKey)] : []),
    ...(304 in responses ? [header('If-None-Match', false, TEXTS.ifNoneMatch)] : []),
  ];
}

function goodResponses(
  { responses, examples, limit }: Operation,
  schemas: SchemaWriter,
): DocumentedOperation['responses'] {
  return mapValues(responses, ({ description, schema, mediaType: bytes, headers }, status) => ({
    description,
    ...headersOf({ ...headers, ...(limit ? RATE_LIMIT_HEADERS : {}) }),
    ...(schema
      ? {
          content: {
            'application/json': mediaType(
              schemas.write(schema, 'output'),
              examples.filter((example) => example.status === Number(status)).map(({ response }) => response),
            ),
          },
        }
      : {}),
    ...(bytes ? { content: { [bytes]: {} } } : {}),
  }));
}

function problemResponses(
  types: readonly ProblemType[],
  schemas: SchemaWriter,
  headers: Record<string, string>,
): DocumentedOperation['responses'] {
  const problem = schemas.write(problemSchema, 'output');
  const statuses = new Set(types.map((type) => PROBLEM_TYPES[type].status));
  const responses = [...statuses].map((status) => {
    const those = types.filter((type) => PROBLEM_TYPES[type].status === status);
    const schema = {
      allOf: [
        problem,
        { type: 'object', properties: { type: { type: 'string', enum: those.map(problemTypeUri) } } },
      ],
    };
    return [
      status,
      {
        description: those.map((type) => `\`${type}\`: ${PROBLEM_TYPES[type].title}.`).join(' '),
        ...headersOf({ ...problemHeaders(those), ...headers }),
        content: { [PROBLEM_MEDIA_TYPE]: { schema } },
      },
    ];
  });
  return Object.fromEntries(responses);
}

function headersOf(headers: Record<string, string> = {}): { headers?: Record<string, Header> } {
  if (Object.keys(headers).length === 0) return {};
  return {
    headers: mapValues(headers, (description) => ({ description, schema: { type: 'string' } })),
  };
}

function mediaType(schema: JsonSchema, values: unknown[]): MediaType {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return { schema };
  const examples = Object.fromEntries(known.map((value, index) => [`example${index + 1}`, { value }]));
  return { schema, examples };
}

function mapValues<Value, Mapped>(
  values: Record<string, Value>,
  map: (value: Value, key: string) => Mapped,
): Record<string, Mapped> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
