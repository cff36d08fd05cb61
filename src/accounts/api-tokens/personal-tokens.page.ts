import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { formatDay } from '../../shared/format/dates.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { takeShown } from '../../web/submit-once.ts';
import type { AccountContext } from '../account-context.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { findPersonalTokenOf } from '../credentials/personal-tokens.table.ts';
import { memberOf } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import { showPrograms } from './api-clients.page.ts';
import {
  LONGEST_TOKEN_NAME,
  MOST_TOKENS,
  makePersonalToken,
  removePersonalToken,
  TOKEN_DAYS,
} from './personal-tokens.ts';
import { SCOPES, scopesFor } from './scopes.ts';

export const TEXTS = {
  title: 'A new personal access token',
  name: 'Name',
  nameHint: 'What the token is for, for your eyes alone.',
  scopes: 'What it may do',
  days: 'Good for',
  dayCount: (days: string) => `${days} days`,
  full: `You have ${MOST_TOKENS} tokens, and there can be no more. Remove one that you do not need first.`,
  made: (name: string, day: string) => `Token “${name}” created. It expires on ${day}.`,
  shown: 'Your new token',
  shownBefore:
    'A new token is shown only once. If you didn’t copy it, remove it below and create another one.',
  remove: 'Remove this token?',
  removed: (name: string) => `The token “${name}” was removed.`,
  gone: 'That token is not there any more.',
};

const DEFAULT_DAYS = '30';

function fieldsFor(user: User): Record<string, FieldSpec> {
  return {
    name: {
      label: TEXTS.name,
      hint: TEXTS.nameHint,
      autocomplete: 'off',
      maxlength: LONGEST_TOKEN_NAME,
    },
    scopes: {
      label: TEXTS.scopes,
      type: 'choices',
      options: scopesFor(user).map((scope) => ({ value: scope, label: SCOPES[scope] })),
    },
    days: {
      label: TEXTS.days,
      type: 'select',
      options: TOKEN_DAYS.map((days) => ({ value: days, label: TEXTS.dayCount(days) })),
    },
  };
}

/** Makes and removes the tokens that members make for their programs. */
export function personalTokensPage(context: AccountContext) {
  function show(
    req: Request,
    res: Response,
    { typed = {}, errors, error }: { typed?: object; errors?: FieldErrors; error?: string } = {},
  ): Promise<void> {
    const values = { days: DEFAULT_DAYS, ...typed };
    return res.page('accounts/api-tokens/new-token', {
      title: TEXTS.title,
      section: 'account',
      form: formView(paths.personalTokens(), fieldsFor(memberOf(req)), values, errors),
      error,
    });
  }

  const sayGone = (req: Request, res: Response) => showPrograms(context, req, res.status(404), TEXTS.gone);

  return {
    get: (req: Request, res: Response): Promise<void> => show(req, res, { typed: takeDraft(req) }),

    /** Makes a token and leads to the page that shows it: reloading that page makes no other one. */
    async make(req: Request, res: Response): Promise<void> {
      const typed = req.body ?? {};
      const form = submittedForm(req);
      const making = await makePersonalToken(context, { ...changeBy(req), form }, typed);
      if (making.ok) {
        flash(
          req,
          'success',
          TEXTS.made(making.name, formatDay(making.expiresAt, context.config.storeLocale)),
        );
        return seeOther(req, res, paths.madeToken(form.keyHash));
      }
      if (making.problem === 'invalid') {
        return show(req, res.status(422), { typed, errors: making.errors });
      }
      if (making.problem === 'full') return show(req, res.status(422), { typed, error: TEXTS.full });
      await seeOther(req, res, paths.programs());
    },

    /** Shows a token that was just made, once; `no-store` keeps it out of the browser's cache. */
    async showMade(req: Request, res: Response): Promise<void> {
      const shown = await takeShown(context, memberOf(req).id, String(req.params.form));
      if (shown) {
        const [token] = shown;
        return res.page('accounts/api-tokens/made-token', { title: TEXTS.shown, section: 'account', token });
      }
      flash(req, 'info', TEXTS.shownBefore);
      await seeOther(req, res, paths.programs());
    },

    async showRemoval(req: Request, res: Response): Promise<void> {
      const id = idParam(req);
      const token = await findPersonalTokenOf(context.db, memberOf(req).id, id);
      if (!token) return sayGone(req, res);
      return res.page('accounts/api-tokens/remove-token', {
        title: TEXTS.remove,
        section: 'account',
        name: token.name,
        action: paths.removePersonalToken(id),
      });
    },

    async remove(req: Request, res: Response): Promise<void> {
      const name = await removePersonalToken(context, memberOf(req), idParam(req), clientOf(req));
      if (name === undefined) return sayGone(req, res);
      flash(req, 'success', TEXTS.removed(name));
      await seeOther(req, res, paths.programs());
    },
  };
}
