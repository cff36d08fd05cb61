import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import type { Role } from '../../permissions.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { type RefusedForm, refusedForm } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_ACCOUNT_FIELDS } from '../account-fields.ts';
import { renewSession } from '../login/passport.http.ts';
import { showDeadLink } from '../mailed-link.page.ts';
import { acceptInvitation, findInvitation, joinByInvitation } from './acceptance.ts';

export const TEXTS = {
  title: 'You are invited',
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
  email: 'Confirmed already: the invitation was mailed there.',
  throttled: (wait: string) => `Too many registrations from your network. Try again in ${wait}.`,
};

const FIELDS = {
  ...NEW_ACCOUNT_FIELDS,
  email: { ...NEW_ACCOUNT_FIELDS.email, fixed: true, hint: TEXTS.email },
};

/** Where a mailed invitation leads: to a new account, or to a button for those who have one with its address. */
export function invitationPage(context: AccountContext) {
  const tokenOf = (req: Request) => String(req.params.token);

  /** Shows what the link offers whoever looks, as things are now. */
  async function show(
    req: Request,
    res: Response,
    typed: Record<string, unknown> = {},
    { errors, error }: RefusedForm = {},
  ): Promise<void> {
    const { user } = req;
    const found = await findInvitation(context, tokenOf(req));
    if (found.state !== 'live') return showDeadLink(req, res, found.state);
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
    const success = TEXTS.accepted + (outcome.raised ? TEXTS.raised[outcome.role] : '');
    await seeOther(req, res, paths.store(), { success });
  }

  async function join(req: Request, res: Response): Promise<void> {
    const typed = req.body ?? {};
    const outcome = await joinByInvitation(context, tokenOf(req), typed, clientOf(req));
    if (outcome.ok) return seeOther(req, res, paths.login(), { success: TEXTS.joined });
    if (outcome.problem === 'not-offered') return show(req, res.status(409));
    return show(req, res, typed, refusedForm(res, outcome, TEXTS.throttled));
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(req, res, takeDraft(req)),

    post: (req: Request, res: Response): Promise<void> =>
      req.user ? accept(req, res, req.user.id) : join(req, res),
  };
}
