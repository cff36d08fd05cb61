import type { Request, Response } from 'express';
import { type Configuration, fetchUserInfo, randomNonce, randomState } from 'openid-client';
import { type AuthenticateOptions, Strategy, type VerifyFunction } from 'openid-client/passport';
import type { StrategyCreated, StrategyCreatedStatic } from 'passport';
import { MINUTE, SECOND } from '../../clock.ts';
import { paths } from '../../paths.ts';
import type { Authenticator } from '../passport.ts';
import type { FederationContext } from './federation-context.ts';
import { identityOf, type ProvenIdentity } from './identity.ts';
import type { Provider } from './providers.ts';

const SCOPE = 'openid email profile';

/** How long ago somebody may have logged in at the provider who is to confirm who they are, in milliseconds. */
const FRESH = 5 * MINUTE;

interface AskingOptions extends AuthenticateOptions {
  /** Takes the address to which the browser is to be sent; undefined when an answer has come back. */
  toProvider?: (url: string) => void;
  /** Whether the provider is to ask the person anew, whoever is logged in there. */
  fresh?: boolean;
}

interface StrategySettings {
  config: Configuration;
  provider: Provider;
  publicUrl: URL;
}

/**
 * openid-client's Passport strategy: authorization code flow with PKCE (RFC 9700, 2.1). It keeps in the session what
 * it finds in the address that it makes, and so compares it with the answer. One is made for each request: Passport
 * writes that request's callbacks on it.
 */
class ProviderStrategy extends Strategy {
  readonly #key: string;
  readonly #origin: string;

  constructor({ config, provider, publicUrl }: StrategySettings, verify: VerifyFunction) {
    const sessionKey = `provider ${provider.slug}`;
    const callbackURL = new URL(paths.providerCallback(provider.slug), publicUrl);
    super({ config, callbackURL, sessionKey, scope: SCOPE }, verify);
    this.#key = sessionKey;
    this.#origin = publicUrl.origin;
  }

  /** State and nonce always, also where PKCE would do: each stops something that the others let pass if one fails. */
  override authorizationRequestParams(_req: Request, { fresh }: AskingOptions) {
    const params = { state: randomState(), nonce: randomNonce() };
    // Without prompt=login, which says the same (OpenID Connect Core 1.0, 3.1.2.1) and is none of Google's prompts.
    return fresh ? { ...params, max_age: '0' } : params;
  }

  /** Not by the Host header, which anybody writes. */
  override currentUrl(req: Request): URL {
    return new URL(req.originalUrl, this.#origin);
  }

  /** Not by what the address holds: one that holds no answer is a broken answer, not a new question. */
  override shouldInitiateAuthRequest(_req: Request, _url: URL, { toProvider }: AskingOptions): boolean {
    return toProvider !== undefined;
  }

  override authenticate(
    this: StrategyCreated<this, this & StrategyCreatedStatic>,
    req: Request,
    options: AskingOptions,
  ): void {
    const { toProvider } = options;
    if (toProvider) {
      // Passport's own would send the answer before the session is saved.
      const redirect = (url: string) => {
        if (options.fresh) this.keepNoLimit(req);
        toProvider(url);
      };
      Object.assign(this, { redirect });
    }
    super.authenticate.call(this as never, req, options);
  }

  /** `max_age=0` has the provider ask; how long ago it did is ours to look at (`isFresh`), and a moment is fine. */
  keepNoLimit(req: Request): void {
    delete (req.session as unknown as Record<string, { max_age?: number }>)[this.#key]?.max_age;
  }
}

/**
 * Whether a provider asked somebody within the last five minutes (OpenID Connect Core 1.0, 2 and 3.1.2.1). One that
 * never says when it asks (Google) cannot be held to it: then the answer is worth what a login there is worth.
 */
function isFresh(connected: Configuration, authTime: unknown): boolean {
  const tellsTime = connected.serverMetadata().claims_supported?.includes('auth_time');
  if (authTime === undefined) return !tellsTime;
  // By the machine's clock, as openid-client goes by it for the other times of a token.
  return typeof authTime === 'number' && Date.now() - authTime * SECOND <= FRESH;
}

type Asking = Pick<FederationContext, 'providers' | 'config'>;

/**
 * Makes the address at which a provider asks somebody who they are, and keeps in the session what its answer will be
 * compared with.
 *
 * @throws when the provider cannot be reached
 */
export async function addressAt(
  { providers, config }: Asking,
  passport: Authenticator,
  provider: Provider,
  { req, res, fresh }: { req: Request; res: Response; fresh: boolean },
): Promise<string> {
  const settings = { config: await providers.connect(provider), provider, publicUrl: config.publicUrl };
  return new Promise((resolve, reject) => {
    const strategy = new ProviderStrategy(settings, (_tokens, verified) => verified(null, false));
    passport.authenticate(strategy, { fresh, toProvider: resolve } as AskingOptions, reject)(
      req,
      res,
      reject,
    );
  });
}

export type ProviderAnswer =
  | { ok: true; identity: ProvenIdentity }
  /** The person said no. */
  | { ok: false; problem: 'denied' }
  /** No answer in time, or an error instead of one. @property reason for the log */
  | { ok: false; problem: 'unreachable'; reason: string }
  /** Not an answer to what this session asked, or one that proves nothing. @property reason for the log */
  | { ok: false; problem: 'unusable'; reason: string };

/**
 * Checks what a provider sent somebody back with: state, issuer, then, for the code, the ID token with its signature,
 * issuer, audience, times and nonce (OpenID Connect Core 1.0, 3.1.3.7; RFC 9207). Each answer is looked at once.
 */
export async function readAnswer(
  { providers, config }: Asking,
  passport: Authenticator,
  provider: Provider,
  { req, res, fresh }: { req: Request; res: Response; fresh: boolean },
): Promise<ProviderAnswer> {
  try {
    const connected = await providers.connect(provider);
    const settings = { config: connected, provider, publicUrl: config.publicUrl };
    const tokens = await new Promise<Parameters<VerifyFunction>[0] | Denial>((resolve, reject) => {
      const strategy = new ProviderStrategy(settings, resolve);
      const refused = (error: unknown, _user: unknown, info?: Denial) =>
        error ? reject(error) : resolve({ message: '', ...info });
      passport.authenticate(strategy, {}, refused)(req, res, reject);
    });
    if (!('claims' in tokens)) {
      if (tokens.error === 'access_denied') return { ok: false, problem: 'denied' };
      return { ok: false, problem: 'unusable', reason: 'nothing was asked in this session' };
    }
    const claims = tokens.claims();
    if (!claims) return { ok: false, problem: 'unusable', reason: 'no ID token' };
    if (fresh && !isFresh(connected, claims.auth_time))
      return { ok: false, problem: 'unusable', reason: 'not asked anew' };
    // Many tell of the person on a page of its own only (OpenID Connect Core 1.0, 5.4).
    const hasPage = connected.serverMetadata().userinfo_endpoint !== undefined;
    const more =
      claims.email === undefined && hasPage
        ? await fetchUserInfo(connected, tokens.access_token, claims.sub)
        : {};
    const identity = identityOf(provider, { ...more, ...claims });
    return identity ? { ok: true, identity } : { ok: false, problem: 'unusable', reason: 'no such person' };
  } catch (error) {
    return failureOf(error);
  }
}

/** What Passport is told of an answer that it is not to be troubled with. */
interface Denial {
  message: string;
  error?: string;
}

/** The codes of openid-client for answers that are none, and of OAuth for a provider in trouble (RFC 6749, 4.1.2.1). */
const TROUBLES = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
  'server_error',
  'temporarily_unavailable',
]);

/** Says of an error what the log may hold: its code, and nothing of what the provider or the address said. */
export function failureOf(error: unknown): ProviderAnswer & { ok: false; reason: string } {
  const { error: answer, code, name } = error as { error?: unknown; code?: unknown; name?: unknown };
  const reason = String(answer ?? code ?? name)
    .replaceAll(/[^\w .-]/g, '')
    .slice(0, 60);
  // What fetch throws when nobody answers.
  const silent = error instanceof TypeError && error.message === 'fetch failed';
  return { ok: false, problem: silent || TROUBLES.has(reason) ? 'unreachable' : 'unusable', reason };
}
