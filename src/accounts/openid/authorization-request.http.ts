import type { Request } from 'express';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import type { Provider } from '../account-context.ts';
import type { Purpose } from '../login/provider-links.http.ts';
import {
  authorizationUrl,
  makeSecrets,
  type ProviderAnswer,
  readAnswer,
  type Secrets,
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

interface AuthorizationRequest extends Secrets {
  provider: string;
  purpose: Purpose;
  /** Who was logged in. */
  userId: number | null;
  /** In UTC milliseconds. */
  at: number;
}

type Asking = Pick<OpenidContext, 'providers' | 'config' | 'clock'>;

/** By the address of the store, not by the Host header, which anybody writes. */
const callbackOf = ({ config }: Asking, { slug }: Provider) =>
  new URL(paths.providerCallback(slug), config.publicUrl);

/**
 * Makes the address at which a provider asks somebody who they are, and keeps in the session what its answer will be
 * compared with. Only the last request of a session can still be answered.
 *
 * @throws when the provider cannot be reached
 */
export async function startAuthorization(
  context: Asking,
  req: Request,
  provider: Provider,
  purpose: Purpose,
): Promise<string> {
  const secrets = makeSecrets();
  const asking = { secrets, fresh: purpose === 'recent-login' };
  const url = await authorizationUrl(context.providers, provider, callbackOf(context, provider), asking);
  const userId = req.user?.id ?? null;
  req.session.authorizationRequest = {
    ...secrets,
    provider: provider.slug,
    purpose,
    userId,
    at: context.clock(),
  };
  return url.href;
}

/**
 * Reads what a provider sent somebody back with. Each request is answered once.
 *
 * @returns undefined when nobody of this session is at the provider, or went too long ago, or somebody else is logged
 *   in by now; else what the request was for
 */
export async function finishAuthorization(
  context: Asking,
  req: Request,
  provider: Provider,
): Promise<{ purpose: Purpose; answer: ProviderAnswer } | undefined> {
  const { authorizationRequest: request } = req.session;
  if (request?.provider !== provider.slug) return undefined;
  delete req.session.authorizationRequest;
  const inTime = context.clock() - request.at < LIFETIME;
  if (!inTime || request.userId !== (req.user?.id ?? null)) return undefined;
  const { purpose } = request;
  const returned = callbackOf(context, provider);
  returned.search = new URL(req.originalUrl, returned).search;
  const asking = { secrets: request, fresh: purpose === 'recent-login' };
  return { purpose, answer: await readAnswer(context.providers, provider, returned, asking) };
}
