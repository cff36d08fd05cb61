import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { type RefusedForm, throttledText } from '../../web/throttled.http.ts';
import { NEW_ACCOUNT_FIELDS } from '../account-fields.ts';
import { linkAtLogin, type ProvenIdentity } from '../credentials/identities.ts';
import { needsSecondFactor } from '../login/known-devices.ts';
import { logIn, loginForm, refusalText } from '../login/login.ts';
import { continueLogin, requireSecondFactor } from '../login/login-session.http.ts';
import type { User } from '../users.table.ts';
import { factorOf, logInByIdentity, lookAtNewcomer, type Newcomer } from './identity-login.ts';
import type { OpenidContext } from './providers.ts';
import { joinByIdentity } from './register-with-identity.ts';

export const TEXTS = {
  title: {
    new: 'One step to your account',
    password: 'You have an account here',
    account: 'There is an account already',
  } satisfies Record<Newcomer['kind'], string>,
  again: 'Please start again: this step has to follow within ten minutes.',
  joined: (name: string) => `Registration successful! Welcome, ${name}.`,
  linked: (name: string, provider: string) =>
    `Login successful! Welcome back, ${name}. You can log in with ${provider} from now on.`,
  taken: (provider: string) => `This login at ${provider} belongs to another account by now.`,
  sure: (provider: string) => `Confirmed by ${provider}.`,
  unsure: 'We send a link there, to confirm that it is yours.',
  missing: 'Enter your password.',
  wrong: 'This is not the password of that account.',
  throttled: (wait: string) => `Too many failed logins. Try again in ${wait}.`,
  full: (wait: string) => `Too many registrations from your network. Try again in ${wait}.`,
};

const PASSWORD: Record<string, FieldSpec> = {
  password: {
    label: 'Password of that account',
    type: 'password',
    autocomplete: 'current-password',
    autofocus: true,
  },
};

/** How long somebody may take over this form, in milliseconds. */
const LIFETIME = 10 * MINUTE;

declare module 'express-session' {
  interface SessionData {
    /**
     * Somebody who has come from a provider for the first time, and says next who they want to be here; when they have,
     * what came of it. In UTC milliseconds.
     */
    newIdentity?: { identity: ProvenIdentity; at: number; done?: 'joined' | 'linked' };
  }
}

/** Who came from a provider for the first time in this session, within the last ten minutes. */
function newIdentityOf({ clock }: OpenidContext, req: Request): ProvenIdentity | undefined {
  const { newIdentity } = req.session;
  return newIdentity && clock() - newIdentity.at < LIFETIME ? newIdentity.identity : undefined;
}

interface Rest extends RefusedForm {
  typed?: Record<string, unknown>;
}

/** What somebody sees who comes from a provider for the first time: who they want to be here, or are already. */
export function newIdentityPage(context: OpenidContext) {
  function fieldsOf({ emailVerified, provider }: ProvenIdentity): Record<string, FieldSpec> {
    const email = NEW_ACCOUNT_FIELDS.email as FieldSpec;
    return {
      username: NEW_ACCOUNT_FIELDS.username as FieldSpec,
      email: emailVerified
        ? { ...email, fixed: true, hint: TEXTS.sure(provider) }
        : { ...email, hint: TEXTS.unsure },
    };
  }

  function show(res: Response, identity: ProvenIdentity, newcomer: Newcomer, rest: Rest = {}) {
    const { provider, email = '', label } = identity;
    const { kind } = newcomer;
    const username = kind === 'new' ? newcomer.username : '';
    const values = { username, email, ...rest.typed, ...(identity.emailVerified ? { email } : {}) };
    const fields = kind === 'password' ? PASSWORD : fieldsOf(identity);
    return res.page('accounts/openid/first-login', {
      title: TEXTS.title[kind],
      section: 'door',
      kind,
      provider,
      label,
      email,
      form: formView(paths.newIdentity(), fields, values, rest.errors),
      error: rest.error,
    });
  }

  function startAgain(req: Request, res: Response) {
    delete req.session.newIdentity;
    return seeOther(req, res, paths.login(), { warning: TEXTS.again });
  }

  /**
   * Connects the identity with the account whose password was typed: at once, where the password is all that a login
   * takes; else with the second factor, which ends the login.
   */
  async function connect(
    req: Request,
    res: Response,
    identity: ProvenIdentity,
    newcomer: Newcomer & { kind: 'password' },
  ) {
    const refuse = (rest: Rest) => show(res.status(422), identity, newcomer, rest);
    const password = loginForm.shape.password.safeParse(req.body?.password);
    if (!password.success) return refuse({ errors: { password: TEXTS.missing } });
    const client = clientOf(req);
    const login = await logIn(context, { username: newcomer.email, password: password.data }, client);
    if (!login.ok) {
      if (login.problem === 'throttled')
        return show(res, identity, newcomer, { error: throttledText(res, login, TEXTS.throttled) });
      if (login.problem === 'wrong') return refuse({ errors: { password: TEXTS.wrong } });
      return refuse({ error: refusalText(login.problem, context.settings) });
    }
    const { user } = login;
    if (await needsSecondFactor(context, user, client)) {
      const shown = { first: 'password', remember: false, link: identity } as const;
      return requireSecondFactor(context, req, res, user, shown);
    }
    const linking = await linkAtLogin(context, user, identity, client);
    if (linking.ok) return goOn(req, res, 'linked');
    return seeOther(req, res, paths.login(), { error: TEXTS.taken(identity.provider) });
  }

  /**
   * Leads to the page that logs in whoever has an account by now. Not here: a login ends the session of its form, and
   * a form that is sent twice must find its own once more.
   */
  function goOn(req: Request, res: Response, done: 'joined' | 'linked') {
    if (req.session.newIdentity) req.session.newIdentity.done = done;
    return seeOther(req, res, paths.newIdentity());
  }

  async function join(req: Request, res: Response, identity: ProvenIdentity, newcomer: Newcomer) {
    const typed = req.body ?? {};
    const joining = await joinByIdentity(context, identity, typed, clientOf(req));
    if (joining.ok) return goOn(req, res, 'joined');
    if (joining.problem === 'throttled')
      return show(res, identity, newcomer, { typed, error: throttledText(res, joining, TEXTS.full) });
    if (joining.problem === 'invalid' && newcomer.kind === 'new')
      return show(res.status(422), identity, newcomer, { typed, errors: joining.errors });
    // Its page says something else by now.
    return seeOther(req, res, paths.newIdentity());
  }

  function enterAs(req: Request, res: Response, identity: ProvenIdentity, user: User) {
    const { username } = user;
    const greetings = { joined: TEXTS.joined(username), linked: TEXTS.linked(username, identity.provider) };
    const { done } = req.session.newIdentity ?? {};
    const entry = { first: factorOf(identity), greeting: done && greetings[done] };
    return continueLogin(context, req, res, user, entry);
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const identity = newIdentityOf(context, req);
      if (!identity) return startAgain(req, res);
      const login = await logInByIdentity(context, identity, clientOf(req));
      if (login.ok) return enterAs(req, res, identity, login.user);
      if (login.problem === 'unknown')
        return show(res, identity, await lookAtNewcomer(context, identity), { typed: takeDraft(req) });
      return seeOther(req, res, paths.login(), { error: refusalText(login.problem, context.settings) });
    },

    async post(req: Request, res: Response): Promise<void> {
      const identity = newIdentityOf(context, req);
      if (!identity) return startAgain(req, res);
      const newcomer = await lookAtNewcomer(context, identity);
      if (req.body?.username !== undefined) return join(req, res, identity, newcomer);
      if (newcomer.kind === 'password') return connect(req, res, identity, newcomer);
      // Its page says something else by now: that the address has an account, or no longer has one.
      return seeOther(req, res, paths.newIdentity());
    },
  };
}
