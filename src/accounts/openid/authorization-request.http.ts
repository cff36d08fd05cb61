import type { Request } from 'express';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import type { Provider } from '../account-context.ts';
import type { Purpose } from '../login/provider-links.http.ts';
import {
  authorizationUrl,
  makeOidcRequest,
  type OidcRequest,
  type ProviderAnswer,
  readAnswer,
} from './oidc-client.ts';
import type { OpenidContext } from './providers.ts';

/** How long somebody may take at the provider, in milliseconds. */
const LIFETIME = 10 * MINUTE;

declare module 'express-session' {
  interface SessionData {
    /** What a provider was asked last in this session. */
    authorizationRequest?: AuthorizationRequest;
  }
}

interface AuthorizationRequest extends OidcRequest {
  provider: string;
  /** Who was logged in. */
  userId: number | null;
  /** In UTC milliseconds. */
  at: number;
}

/** By the address of the store, not by the Host header, which anybody writes. */
const callbackOf = ({ config }: OpenidContext, { slug }: Provider) =>
  new URL(paths.providerCallback(slug), config.publicUrl);

/**
 * Makes the address at which a provider asks somebody who they are, and keeps in the session what its answer will be
 * compared with. Only the last request of a session can still be answered.
 *
 * @throws when the provider cannot be reached
 */
export async function startAuthorization(
  context: OpenidContext,
  req: Request,
  provider: Provider,
  purpose: Purpose,
): Promise<string> {
  const request = makeOidcRequest(purpose);
  const url = await authorizationUrl(context.providers, provider, callbackOf(context, provider), request);
  const sent = { provider: provider.slug, userId: req.user?.id ?? null, at: context.clock() };
  req.session.authorizationRequest = { ...request, ...sent };
  return url.href;
}

/**
 * Reads what a provider sent somebody back with. Each request is answered once.
 *
 * @returns undefined when nobody of this session is at the provider, or went too long ago, or somebody else is logged
 *   in by now; else what the request was for
 */
export async function finishAuthorization(
  context: OpenidContext,
  req: Request,
  provider: Provider,
): Promise<{ purpose: Purpose; answer: ProviderAnswer } | undefined> {
  const { authorizationRequest: request } = req.session;
  if (request?.provider !== provider.slug) return undefined;
  delete req.session.authorizationRequest;
  const inTime = context.clock() - request.at < LIFETIME;
  if (!inTime || request.userId !== (req.user?.id ?? null)) return undefined;
  const returned = callbackOf(context, provider);
  returned.search = new URL(req.originalUrl, returned).search;
  const answer = await readAnswer(context.providers, provider, returned, request);
  return { purpose: request.purpose, answer };
}
