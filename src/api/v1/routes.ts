import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { type Bearer, createBearerReader } from '../../accounts/api-tokens/bearer.ts';
import { paths } from '../../paths.ts';
import { checkInput } from '../../shared/validation.ts';
import { readJson } from '../../web/body.ts';
import { clientOf } from '../../web/client.ts';
import type { ApiContext } from '../api-context.ts';
import { answerOtherMethods } from '../other-methods.ts';
import { authenticate, authorise } from './authentication.ts';
import { isUnchanged } from './entity-tags.ts';
import { accessWithToken, type Operation, type Reply } from './operation.ts';
import { ApiProblem, invalidInput, sendProblem } from './problem-details.ts';
import { tellLimit } from './rate-limit-headers.ts';

const JSON_IN_UTF_8 = 'application/json; charset=utf-8';
const JSON_TYPES = ['application/json', 'application/problem+json'];

export const TEXTS = {
  once: 'Give this parameter once.',
  only: (mediaType: string) => `The answer can only be ${mediaType}.`,
  personalToken: (id: number) => `personal access token ${id}`,
  login: 'the login of a program',
};

/**
 * The token API. It stands before the session: it takes no cookie and sets none, so no browser can be talked into
 * using it. What is not among the operations is closed to guests, and not found for the others.
 */
export function apiRoutes(context: ApiContext, operations: readonly Operation[]): Router {
  const router = Router();
  const readBearer = createBearerReader(context);

  router.use(paths.api(), readJson());
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const methods = operations.filter((operation) => operation.path === path);
    const route = router.route(paths.api() + path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const operation of methods) {
      const read = requestReader(operation);
      const inJson = Object.values(operation.responses).every(({ mediaType }) => mediaType === undefined);
      route[operation.method](async (req, res) => {
        if (inJson) requireAccepted(req, JSON_TYPES);
        const reply = await answer(operation, read, req, res);
        // What kind of picture there is shows when it is there.
        if (reply.mediaType !== undefined) requireAccepted(req, [reply.mediaType]);
        send(req, res, reply);
      });
    }
    route.all(answerOtherMethods(methods.map(({ method }) => method)));
  }
  router.use(paths.api(), async (req) => {
    await authenticate(readBearer, req);
    throw new ApiProblem('not-found');
  });
  router.use(paths.api(), apiProblems);
  return router;

  async function answer(
    operation: Operation,
    read: RequestReader,
    req: Request,
    res: Response,
  ): Promise<Reply> {
    const mayBeGuest = operation.access === 'open';
    const showsToken = req.headers.authorization !== undefined && !operation.provenByBody;
    const bearer = mayBeGuest && !showsToken ? undefined : await authenticate(readBearer, req);
    const access = accessWithToken(operation);
    if (bearer && access) await authorise(context, access, bearer, req);
    const request = read(req, bearer);
    return tellLimit(operation, request, res, () => operation.handle(request, bearer));
  }
}

/** Answers in the API's own way also what was refused before it was reached: an address that cannot be read. */
export const apiProblems: ErrorRequestHandler = (error, req, res, next) => {
  if (res.headersSent) next(error);
  else sendProblem(error, req, res);
};

/** @throws ApiProblem when whoever asks takes none of these (RFC 9110, 12.5.1) */
function requireAccepted(req: Request, mediaTypes: string[]): void {
  if (!req.accepts(mediaTypes)) throw new ApiProblem('not-acceptable', TEXTS.only(mediaTypes[0] ?? ''));
}

const NOTHING = z.object({});

type RequestReader = (req: Request, bearer: Bearer | undefined) => Parameters<Operation['handle']>[0];

/**
 * Makes the function that checks all that comes with a request to an operation. What no schema names is refused: a name
 * that is mistyped would go unseen.
 */
function requestReader({ params, query, body, ifMatch }: Operation): RequestReader {
  // Made once: a schema is compiled when it is used first.
  const schemas = {
    params: params ?? NOTHING,
    query: (query ?? NOTHING).strict(),
    body: (body ?? NOTHING).strict(),
  };
  return (req, bearer) => {
    if (req.bodyRefusal) throw req.bodyRefusal;
    const inPath = checkInput(schemas.params, req.params);
    // A number that can be no id, a word that can be no name: nothing is there.
    if (!inPath.ok) throw new ApiProblem('not-found');
    const inQuery = checkInput(schemas.query, req.query);
    if (!inQuery.ok) {
      throw invalidInput(inQuery.errors, (parameter, detail) => ({
        detail: Array.isArray(req.query[parameter]) ? TEXTS.once : detail,
        parameter,
      }));
    }
    const inBody = checkInput(schemas.body, req.body ?? {});
    if (!inBody.ok) throw invalidInput(inBody.errors);
    const tags = req.get('if-match');
    if (ifMatch === 'required' && tags === undefined) throw new ApiProblem('precondition-required');
    return {
      params: inPath.values,
      query: inQuery.values,
      body: inBody.values,
      client: { ...clientOf(req), browserToken: undefined, token: bearer && formatToken(bearer) },
      ifMatch: tags,
      idempotencyKey: req.get('idempotency-key'),
      url: req.originalUrl,
    };
  };
}

/** Says which token was shown, for the audit log (OWASP ASVS 5.0, 16.2.1). */
function formatToken({ token }: Bearer): string {
  return token.kind === 'personal' ? TEXTS.personalToken(token.id) : TEXTS.login;
}

function send(
  req: Request,
  res: Response,
  { status, body, mediaType = JSON_IN_UTF_8, etag, links, location }: Reply,
): void {
  res.status(status).set('Cache-Control', etag ? 'private, no-cache' : 'no-store');
  if (etag) res.set('ETag', etag);
  if (location) res.set('Location', location);
  if (links && Object.keys(links).length > 0) res.links(links);
  const isRead = req.method === 'GET' || req.method === 'HEAD';
  if (etag && isRead && isUnchanged(req.headers['if-none-match'], etag)) {
    res.status(304).end();
  } else if (body === undefined) {
    res.end();
  } else {
    const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
    res.setHeader('Content-Type', mediaType);
    res.setHeader('Content-Length', bytes.length);
    res.end(bytes);
  }
}
