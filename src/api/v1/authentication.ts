import type { Request } from 'express';
import type { Bearer } from '../../accounts/api-tokens/bearer.ts';
import type { LoginScope, Scope } from '../../accounts/api-tokens/scopes.ts';
import { recordDenial } from '../../accounts/events/limited-events.ts';
import { isRecent } from '../../accounts/login/recent-login.ts';
import { membershipStatusOf, owesSecondFactor } from '../../accounts/member-requirements.ts';
import { clientOf } from '../../web/client.ts';
import type { ApiContext } from '../api-context.ts';
import type { Access } from './operation.ts';
import { ApiProblem, challengeOf } from './problem-details.ts';

/** `token68` of RFC 9110, 11.4, after a scheme in whatever case (11.1). */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
const BEARER_SCHEME = /^bearer( |$)/i;

const TEXTS = {
  oneToken: 'Send exactly one token: Authorization: Bearer TOKEN.',
  scope: (scope: string) => `The token needs the scope ${scope}.`,
  loginOnly: 'Personal access tokens cannot do this. Log in at /api/v1/login.',
  loginScope: (scope: string) => `Log in at /api/v1/login with "scope": "${scope}".`,
  notPersonal: (scope: string) => `Personal access tokens cannot do this. ${TEXTS.loginScope(scope)}`,
};

/**
 * Finds out whom a request comes from, by its token (RFC 6750, 2.1): in the header alone, never in the address or the
 * body.
 *
 * @throws ApiProblem when it carries none that is good now, or more than one
 */
export async function authenticate(
  readBearer: (token: string, address: string) => Promise<Bearer | undefined>,
  req: Request,
): Promise<Bearer> {
  const [header = '', ...others] = req.headersDistinct.authorization ?? [];
  if (others.length === 0 && !BEARER_SCHEME.test(header)) throw new ApiProblem('not-authenticated');
  const [, token] = BEARER.exec(header) ?? [];
  if (others.length > 0 || !token) {
    throw new ApiProblem('malformed-request', TEXTS.oneToken, { challenge: challengeOf('invalid_request') });
  }
  const bearer = await readBearer(token, clientOf(req).address);
  if (!bearer) throw new ApiProblem('invalid-token', '', { challenge: challengeOf('invalid_token') });
  // For the log.
  req.user = bearer.user;
  return bearer;
}

/**
 * Lets pass who may: by the scope of the token, by how far the member has come, and by role. Who tried to change what
 * is not theirs to change is written down, as in the back office.
 *
 * @throws ApiProblem for everybody else
 */
export async function authorise(
  context: ApiContext,
  declared: Access,
  { user, token }: Bearer,
  req: Request,
): Promise<void> {
  const own = declared.self !== undefined && req.params.id === String(user.id);
  const access = own ? ownAccess(declared) : declared;
  const { scope, orScope, loginScope, may, whileWaiting, whileOwing, recentLogin } = access;
  if (loginScope) requireLoginScope(token, loginScope);
  const isEnough = (one: Scope | undefined) =>
    token.kind !== 'personal' || (one && token.scopes.includes(one));
  if (!isEnough(scope) && !isEnough(orScope)) {
    const detail = scope === undefined ? TEXTS.loginOnly : TEXTS.scope(scope);
    throw new ApiProblem('insufficient-scope', detail, {
      challenge: challengeOf('insufficient_scope', scope),
    });
  }
  const { require2fa, membership } = context.settings;
  const owes = !whileOwing && owesSecondFactor(user, require2fa, may !== undefined);
  if (owes) throw new ApiProblem('second-factor-setup-required');
  if (!whileWaiting && membershipStatusOf(user, membership) !== 'in')
    throw new ApiProblem('membership-not-open');
  const allowed = own || (declared.self !== 'only' && (may === undefined || may(user)));
  if (!allowed) {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      const path = req.originalUrl.split('?')[0] ?? '';
      await recordDenial(context, user, clientOf(req), { method: req.method, path });
    }
    throw new ApiProblem(declared.self === undefined || declared.self === 'only' ? 'forbidden' : 'not-found');
  }
  if (recentLogin && token.kind === 'access' && !isRecent(context.clock(), token.loggedInAt)) {
    throw new ApiProblem('recent-login-required');
  }
}

/**
 * Lets pass an API client that asked for a scope when it logged in.
 *
 * @throws ApiProblem for another, and for a personal access token: none is good for what a login has to ask for
 */
export function requireLoginScope(token: Bearer['token'], scope: LoginScope): void {
  if (token.kind === 'access' && token.scopes.includes(scope)) return;
  const personal = token.kind === 'personal';
  throw new ApiProblem('insufficient-scope', personal ? TEXTS.notPersonal(scope) : TEXTS.loginScope(scope), {
    challenge: challengeOf('insufficient_scope', personal ? undefined : scope),
  });
}

/** What it takes of somebody at an address with their own id. */
function ownAccess({ self, may: _may, orScope: _other, ...rest }: Access): Access {
  return self === undefined || self === 'only' ? rest : { ...rest, scope: self };
}
