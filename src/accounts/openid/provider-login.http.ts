import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Provider } from '../account-context.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import type { ProvenIdentity } from '../credentials/identities.ts';
import { refusalText } from '../login/login.ts';
import { recordFailedLogin } from '../login/login-attempts.ts';
import { continueLogin } from '../login/login-session.http.ts';
import { renewSession } from '../login/passport.http.ts';
import { type Purpose, takeTicket } from '../login/provider-links.http.ts';
import { confirmRecentLogin } from '../login/recent-login.page.ts';
import { memberOf } from '../signed-in.http.ts';
import { finishAuthorization, startAuthorization } from './authorization-request.http.ts';
import { factorOf, isIdentityOf, linkInAccount, logInByIdentity } from './identity-login.ts';
import { failureOf, type ProviderAnswer } from './oidc-client.ts';
import type { OpenidContext } from './providers.ts';

export const TEXTS = {
  unreachable: (name: string) =>
    `${name} cannot be reached right now. Try again in a moment, or go on without it.`,
  denied: (name: string) => `Nothing was done: you did not let ${name} tell us who you are.`,
  unusable: (name: string) => `The login at ${name} did not work out. Please try again.`,
  stale: (name: string) =>
    `${name} did not say that you logged in there just now. Try again; if it stays so, log out and in, or set a password.`,
  linked: (name: string) =>
    `${name} is connected: you can log in with it. Your other devices and programs were logged out.`,
  taken: (name: string) =>
    `This login at ${name} belongs to another account here. Log in to that one to disconnect it first.`,
  ended: 'You were logged out meanwhile. Nothing was connected.',
  notYours: (name: string) => `This login at ${name} is not one that is connected with your account.`,
};

/** Where somebody reads what became of a request. */
const BACK: Record<Purpose, string> = {
  login: paths.login(),
  link: paths.identities(),
  'recent-login': paths.recentLogin(),
};

/** What the log says of an answer that came for nobody. */
const NO_REQUEST = { problem: 'unusable', reason: 'nothing was asked in this session' } as const;

/** The way to a provider, and back: at the door, to connect one, for what needs a recent login. */
export function providerLoginPage(context: OpenidContext) {
  function providerOf(req: Request): Provider {
    const provider = context.providers.find(String(req.params.provider));
    if (!provider) throw new Problem(404);
    return provider;
  }

  async function fail(
    req: Request,
    res: Response,
    provider: Provider,
    purpose: Purpose | undefined,
    { problem, reason = '' }: { problem: (ProviderAnswer & { ok: false })['problem']; reason?: string },
  ): Promise<void> {
    if (problem !== 'denied' && purpose === 'login')
      context.loginCounts.count('provider', problem === 'unreachable' ? 'unreachable' : 'refused');
    if (problem !== 'denied') await note(req, provider, purpose, reason);
    const text = purpose === 'recent-login' && problem === 'unusable' ? TEXTS.stale : TEXTS[problem];
    const back = req.user && !purpose ? paths.store() : BACK[purpose ?? 'login'];
    await seeOther(req, res, back, { [problem === 'denied' ? 'info' : 'error']: text(provider.name) });
  }

  /**
   * Into the log, and where it is known whose login it was to be, into the audit log (OWASP ASVS 5.0, 16.3.1). Of an
   * answer to nothing it is not: any site can send a member's browser here.
   */
  async function note(
    req: Request,
    { slug, name }: Provider,
    purpose: Purpose | undefined,
    reason: string,
  ): Promise<void> {
    const { user } = req;
    context.logger.warn({ id: req.res?.requestId, provider: slug, reason }, 'a login at a provider failed');
    if (!user || !purpose) return;
    await recordFailedLogin(context, user, {
      factor: factorOf({ provider: name }),
      reason: `${name} did not confirm it`,
      byMember: true,
      client: clientOf(req),
    });
  }

  async function logIn(req: Request, res: Response, identity: ProvenIdentity): Promise<void> {
    const login = await logInByIdentity(context, identity, clientOf(req));
    if (login.ok) return continueLogin(context, req, res, login.user, { first: factorOf(identity) });
    if (login.problem === 'unknown') {
      // Who gave the browser its session beforehand must not be this person (OWASP ASVS 5.0, 7.2.4).
      await renewSession(req);
      req.session.newIdentity = { identity, at: context.clock() };
      return seeOther(req, res, paths.newIdentity());
    }
    context.loginCounts.count('provider', 'shut');
    await seeOther(req, res, paths.login(), { error: refusalText(login.problem, context.settings) });
  }

  async function link(req: Request, res: Response, identity: ProvenIdentity): Promise<void> {
    const linking = await linkInAccount(context, changeBy(req), identity);
    const message = linking.ok
      ? { success: TEXTS.linked(identity.provider) }
      : { error: linking.problem === 'taken' ? TEXTS.taken(identity.provider) : TEXTS.ended };
    await seeOther(req, res, paths.identities(), message);
  }

  async function confirm(req: Request, res: Response, provider: Provider, identity: ProvenIdentity) {
    if (await isIdentityOf(context, identity, memberOf(req)))
      return confirmRecentLogin(context, req, res, factorOf(identity));
    await note(req, provider, 'recent-login', 'somebody else');
    await seeOther(req, res, paths.recentLogin(), { error: TEXTS.notYours(provider.name) });
  }

  return {
    /** Sends a guest to the provider to log in; a member only by a link that a page of theirs has just shown. */
    async start(req: Request, res: Response): Promise<void> {
      const provider = providerOf(req);
      const purpose = req.user ? takeTicket(context, req) : 'login';
      if (!purpose) return seeOther(req, res, paths.store());
      let address: string;
      try {
        address = await startAuthorization(context, req, provider, purpose);
      } catch (error) {
        // Whatever keeps it from answering, one cannot go there.
        return fail(req, res, provider, purpose, { ...failureOf(error), problem: 'unreachable' });
      }
      await seeOther(req, res, address);
    },

    /** Where the provider sends people back to. */
    async finish(req: Request, res: Response): Promise<void> {
      const provider = providerOf(req);
      const finished = await finishAuthorization(context, req, provider);
      if (!finished) return fail(req, res, provider, undefined, NO_REQUEST);
      const { purpose, answer } = finished;
      if (!answer.ok) return fail(req, res, provider, purpose, answer);
      if (purpose === 'login') return logIn(req, res, answer.identity);
      if (purpose === 'link') return link(req, res, answer.identity);
      return confirm(req, res, provider, answer.identity);
    },
  };
}
