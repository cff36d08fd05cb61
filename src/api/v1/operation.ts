import type { z } from 'zod';
import type { ClientInfo } from '../../accounts/account-context.ts';
import type { Bearer } from '../../accounts/api-tokens/bearer.ts';
import type { LoginScope, Scope } from '../../accounts/api-tokens/scopes.ts';
import type { RoleHolder } from '../../permissions.ts';
import type { ProblemType } from './problem-types.ts';

/** Who may ask for an operation. */
export interface Access {
  /** The scope that a personal access token needs; without one only an API client that has logged in may. */
  scope?: Scope;
  /** Another that will do: what may change a thing must be able to read its entity tag. */
  orScope?: Scope;
  /** The scope that an API client must have asked for when it logged in. */
  loginScope?: LoginScope;
  /** One of the predicates of `permissions.ts`; without one every member may. */
  may?: (user: RoleHolder) => boolean;
  /** Whether those may as well who are not let in yet: to look after the account. */
  whileWaiting?: boolean;
  /** Whether those may as well who must set up a second factor first: to see that, and to leave. */
  whileOwing?: boolean;
  /** Whether an API client must have logged in within the last five minutes (OWASP ASVS 5.0, 7.5.1). */
  recentLogin?: boolean;
  /**
   * At an address with somebody's `{id}`, what that person may: `only` they may ask for it, or they may with this scope
   * and in every role. Then it is not found for others who may not, whether or not there is somebody with the id.
   */
  self?: 'only' | Scope;
}

export interface ApiRequest<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  client: ClientInfo;
  /** The header If-Match, as it came. */
  ifMatch: string | undefined;
  /** The header Idempotency-Key, as it came. */
  idempotencyKey: string | undefined;
  /** The path and query as they came, for links to other pages of a list. */
  url: string;
}

export interface Reply {
  status: number;
  /** What becomes JSON; bytes are sent as they are. Nothing with 204. */
  body?: unknown;
  /** What kind of bytes they are; JSON where nothing is said. */
  mediaType?: string;
  /** A strong entity tag, with its quotation marks (RFC 9110, 8.8.3). */
  etag?: string;
  /** Links by their relation (RFC 8288). */
  links?: Record<string, string>;
  /** Where the thing is that was made. */
  location?: string;
}

export interface ReplyDocument {
  description: string;
  /** Of what comes with it in JSON. Without this and `mediaType` nothing comes. */
  schema?: z.ZodType | undefined;
  /** What comes with it instead of JSON: a media range (RFC 9110, 12.5.1), such as `image/*`. */
  mediaType?: string;
  /** Headers that come with it, with what they say. */
  headers?: Record<string, string>;
}

/** A request that stands in the documentation, with the answer that it gets. A test sends each of them. */
export interface Example {
  params?: Record<string, string | number>;
  query?: Record<string, string | number>;
  body?: Record<string, unknown>;
  /** Whose token comes with it. Where nothing is said: an admin's, and none with what is open. */
  by?: string;
  /** Operations whose first example was sent before. Otherwise each finds the store as it was at the beginning. */
  after?: readonly string[];
  status: number;
  response?: unknown;
}

/** How often an operation may be asked for, as its answers say (draft-ietf-httpapi-ratelimit-headers). */
export interface LimitDocument<Request> {
  name: string;
  points: number;
  /** In milliseconds. */
  duration: number;
  /**
   * How many are left to who asks, of what their own network or login has done: what others do to an account is told to
   * nobody. Undefined where nothing was counted.
   */
  left?: (request: Request) => Promise<number | undefined>;
}

interface OperationDocument<Params, Query, Body, Who> {
  /** A name for generated clients: `getUser`. */
  id: string;
  tag: string;
  summary: string;
  description?: string;
  /** What comes in the path; each is a number or a word. Undefined: nothing. */
  params?: Params;
  query?: Query;
  body?: Body;
  /**
   * That it heeds the entity tag that was read, in If-Match (RFC 9110, 13.1.1), as everything must that changes what
   * has one. Required: without it the answer is 428 (RFC 6585, 3).
   */
  ifMatch?: 'required' | 'optional';
  /**
   * Whether what the body holds proves who asks. Then a token in the header is not looked at: clients send the one
   * along that has just expired.
   */
  provenByBody?: boolean;
  /**
   * Whether it takes a key, in Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): what is sent twice with the
   * same key is done once, and refused with another body.
   */
  idempotencyKey?: boolean;
  limit?: LimitDocument<RequestOf<Params, Query, Body>>;
  responses: Record<number, ReplyDocument>;
  /** Problems besides those that every operation of its kind has. */
  problems?: readonly ProblemType[];
  examples: readonly Example[];
  handle: (request: RequestOf<Params, Query, Body>, bearer: Who) => Promise<Reply>;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : Record<string, never>;
type RequestOf<Params, Query, Body> = ApiRequest<Output<Params>, Output<Query>, Output<Body>>;
type Schema = z.ZodObject | undefined;

/** One thing that the API does: its address, who may, what it takes and gives, and the function that does it. */
export interface Operation
  extends OperationDocument<z.ZodObject, z.ZodObject, z.ZodObject, Bearer | undefined> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In OpenAPI's writing: `/users/{id}`, below the prefix of the API. */
  path: string;
  access: Access | 'open';
  /** What an open one takes of who sends a token all the same. */
  withToken?: Access;
}

/** What it takes of who sends a token; undefined where a token makes no difference. */
export function accessWithToken({ access, withToken }: Operation): Access | undefined {
  return access === 'open' ? withToken : access;
}

/** @param address method and path: `GET /users/{id}` */
export function operation<
  Params extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
>(address: string, document: OperationDocument<Params, Query, Body, Bearer> & { access: Access }): Operation {
  return operationAt(address, document);
}

/**
 * Describes one that is open to guests. Who sends a token all the same is known by it, and refused when it is not
 * good.
 */
export function openOperation<
  Params extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
>(
  address: string,
  document: OperationDocument<Params, Query, Body, Bearer | undefined> & { withToken?: Access },
): Operation {
  return operationAt(address, { ...document, access: 'open' });
}

function operationAt(address: string, document: object): Operation {
  const [method = '', path] = address.split(' ');
  return { ...document, method: method.toLowerCase(), path } as Operation;
}
