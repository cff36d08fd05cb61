import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import { MINUTE, SECOND } from '../../shared/clock.ts';
import type { Provider } from '../account-context.ts';
import { normalIssuer, type ProvenIdentity } from '../credentials/identities.ts';
import { emailField } from '../emails.ts';
import type { Purpose } from '../login/provider-links.http.ts';
import type { Providers } from './providers.ts';

const SCOPE = 'openid email profile';

/** How recently somebody must have logged in at the provider to confirm who they are, in milliseconds. */
const FRESH = 5 * MINUTE;

/** What a provider's answer is compared with; the session keeps it meanwhile. */
export interface OidcRequest {
  state: string;
  nonce: string;
  codeVerifier: string;
  purpose: Purpose;
}

/** Whether the provider is to ask the person anew, whoever is logged in there. */
const asksAnew = ({ purpose }: OidcRequest) => purpose === 'recent-login';

/** State and nonce always, also where PKCE would do: each stops something that the others let pass if one fails. */
export function makeOidcRequest(purpose: Purpose): OidcRequest {
  return { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier(), purpose };
}

/**
 * The address at which a provider asks somebody who they are: authorization code flow with PKCE (RFC 9700, 2.1).
 *
 * @param callback where the provider sends the browser back to
 * @throws when the provider cannot be reached
 */
export async function authorizationUrl(
  providers: Pick<Providers, 'connect'>,
  provider: Provider,
  callback: URL,
  request: OidcRequest,
): Promise<URL> {
  return buildAuthorizationUrl(await providers.connect(provider), {
    redirect_uri: callback.href,
    scope: SCOPE,
    state: request.state,
    nonce: request.nonce,
    code_challenge: await calculatePKCECodeChallenge(request.codeVerifier),
    code_challenge_method: 'S256',
    // Without prompt=login, which says the same (OpenID Connect Core 1.0, 3.1.2.1) and is none of Google's prompts.
    ...(asksAnew(request) ? { max_age: '0' } : {}),
  });
}

export type ProviderAnswer =
  | { ok: true; identity: ProvenIdentity }
  /** The person said no. */
  | { ok: false; problem: 'denied' }
  /**
   * No answer in time, or an error instead of one; not an answer to what this session asked, or one that proves nothing.
   * @property reason for the log
   */
  | { ok: false; problem: 'unreachable' | 'unusable'; reason: string };

/**
 * Checks what a provider sent somebody back with: state, issuer, then, for the code, the ID token with its signature,
 * issuer, audience, times and nonce (OpenID Connect Core 1.0, 3.1.3.7; RFC 9207).
 *
 * @param answer the callback with what the provider added to it
 */
export async function readAnswer(
  providers: Pick<Providers, 'connect'>,
  provider: Provider,
  answer: URL,
  request: OidcRequest,
): Promise<ProviderAnswer> {
  try {
    const connected = await providers.connect(provider);
    const tokens = await authorizationCodeGrant(connected, answer, {
      expectedState: request.state,
      expectedNonce: request.nonce,
      pkceCodeVerifier: request.codeVerifier,
    });
    const claims = tokens.claims();
    if (!claims) return { ok: false, problem: 'unusable', reason: 'no ID token' };
    if (asksAnew(request) && !isFresh(connected, claims.auth_time))
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
    if (error instanceof AuthorizationResponseError && error.error === 'access_denied')
      return { ok: false, problem: 'denied' };
    return failureOf(error);
  }
}

/**
 * Whether a provider asked somebody within the last five minutes (OpenID Connect Core 1.0, 2 and 3.1.2.1). One that
 * never says when it asks (Google) cannot be held to it: then the answer is worth what a login there is worth.
 * openid-client's own check (`maxAge`) would refuse such a provider.
 */
function isFresh(connected: Configuration, authTime: unknown): boolean {
  const tellsTime = connected.serverMetadata().claims_supported?.includes('auth_time');
  if (authTime === undefined) return !tellsTime;
  // By the machine's clock, as openid-client goes by it for the other times of a token.
  return typeof authTime === 'number' && Date.now() - authTime * SECOND <= FRESH;
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

const LONGEST = { issuer: 500, subject: 255, label: 254 };

const text = z.string().trim().min(1).max(LONGEST.label).optional().catch(undefined);

/** What a provider may tell of a person (OpenID Connect Core 1.0, 5.1); what is of another type is not told. */
const profile = z.object({
  email: z.string().pipe(emailField).optional().catch(undefined),
  // "true" in quotes, as some send it, could as well be anybody's claim.
  email_verified: z.literal(true).optional().catch(undefined),
  preferred_username: text,
  name: text,
});

/**
 * Reads whom an answer is about.
 *
 * @param claims of an ID token that was checked, and of the provider's page about the person
 * @returns undefined when the answer is not this provider's own (one of many tenants, each with an issuer of its own),
 *   or its subject is none: empty, too long (OpenID Connect Core 1.0, 2), or not of readable characters
 */
function identityOf(
  provider: Provider,
  claims: { iss: string; sub: string } & Record<string, unknown>,
): ProvenIdentity | undefined {
  const { iss: issuer, sub: subject } = claims;
  if (normalIssuer(issuer) !== provider.issuer || issuer.length > LONGEST.issuer) return undefined;
  if (subject.trim() === '' || subject.length > LONGEST.subject || /\p{Cc}/u.test(subject)) return undefined;
  const { email, email_verified, preferred_username, name } = profile.parse(claims);
  const label = email ?? name ?? preferred_username ?? subject;
  return {
    provider: provider.name,
    issuer,
    subject,
    label: label.replaceAll(/\p{Cc}/gu, ' ').slice(0, LONGEST.label),
    ...(email === undefined ? {} : { email }),
    emailVerified: email !== undefined && email_verified === true,
    names: [preferred_username, name, email].filter((one) => one !== undefined),
  };
}
