import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import type { Role } from '../../permissions.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_ACCOUNT_FIELDS } from '../account-fields.ts';
import { renewSession } from '../login/passport.http.ts';
import { showDeadLink } from '../mailed-link.page.ts';
import { acceptInvitation, findInvitation, joinByInvitation } from './acceptance.ts';

export const TEXTS = {
  title: 'You are invited',
  /** What somebody becomes. */
  offers: {
    user: (store: string) => `${store} would like to have you as a member.`,
    moderator: (store: string) =>
      `${store} would like you to work with it as a moderator: you will see its members and tasks.`,
    admin: (store: string) =>
      `${store} would like you to run it as an administrator: you will look after its members and settings.`,
  } satisfies Record<Role, (store: string) => string>,
  joined: 'Your account is ready. Please log in.',
  accepted: 'The invitation is accepted.',
  raised: { user: '', moderator: ' You are a moderator now.', admin: ' You are an administrator now.' },
  throttled: (wait: string) => `Too many registrations from your network. Try again in ${wait}.`,
  store: 'To the store',
  login: 'To the login page',
};

const FIELDS: Record<string, FieldSpec> = {
  ...NEW_ACCOUNT_FIELDS,
  email: {
    ...(NEW_ACCOUNT_FIELDS.email as FieldSpec),
    fixed: true,
    hint: 'Confirmed already: the invitation was mailed there.',
  },
};

/** Where a mailed invitation leads: to a new account, or to a button for those who have one with its address. */
export function invitationPage(context: AccountContext) {
  const tokenOf = (req: Request) => String(req.params.token);

  /** Shows what the link offers whoever looks, as things are now. */
  async function show(
    req: Request,
    res: Response,
    {
      typed = {},
      errors = {},
      error,
    }: { typed?: Record<string, unknown>; errors?: FieldErrors; error?: string } = {},
  ): Promise<void> {
    const found = await findInvitation(context, tokenOf(req));
    const { user } = req;
    if (found.state !== 'live') {
      const next = user
        ? { url: paths.store(), label: TEXTS.store }
        : { url: paths.login(), label: TEXTS.login };
      return showDeadLink(req, res, found.state, next);
    }
    const { email, role, holderId } = found;
    const mayAccept = user !== undefined && user.id === holderId;
    return res.page('accounts/invitations/invitation', {
      title: TEXTS.title,
      section: 'door',
      offer: TEXTS.offers[role](context.settings.storeName),
      email,
      form: formView(paths.invitation(tokenOf(req)), FIELDS, { ...typed, email }, errors),
      mayAccept,
      mustLogOut: user !== undefined && !mayAccept,
      mustLogIn: user === undefined && holderId !== undefined,
      error,
    });
  }

  async function accept(req: Request, res: Response, userId: number): Promise<void> {
    const outcome = await acceptInvitation(context, tokenOf(req), userId, clientOf(req));
    if (!outcome.ok) return show(req, res.status(409));
    if (outcome.raised) await renewSession(req);
    flash(req, 'success', TEXTS.accepted + (outcome.raised ? TEXTS.raised[outcome.role] : ''));
    await seeOther(req, res, paths.store());
  }

  async function join(req: Request, res: Response): Promise<void> {
    const typed = req.body ?? {};
    const outcome = await joinByInvitation(context, tokenOf(req), typed, clientOf(req));
    if (outcome.ok) {
      flash(req, 'success', TEXTS.joined);
      return seeOther(req, res, paths.login());
    }
    if (outcome.problem === 'throttled') {
      const error = throttledText(res, outcome, TEXTS.throttled);
      return show(req, res, { typed, error: error });
    }
    if (outcome.problem === 'invalid') return show(req, res.status(422), { typed, errors: outcome.errors });
    return show(req, res.status(409));
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(req, res, { typed: takeDraft(req) }),

    post: (req: Request, res: Response): Promise<void> =>
      req.user ? accept(req, res, req.user.id) : join(req, res),
  };
}
