import type { Response } from 'express';
import { paths } from '../../paths.ts';
import { formatDay } from '../../shared/format/dates.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { takeShown } from '../../web/submit-once.ts';
import type { RefusedForm } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { findPersonalTokenOf } from '../credentials/personal-tokens.table.ts';
import { signedIn } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import { showClients } from './api-clients.page.ts';
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
    name: { label: TEXTS.name, hint: TEXTS.nameHint, autocomplete: 'off', maxlength: LONGEST_TOKEN_NAME },
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

export function personalTokensPage(context: AccountContext) {
  function show(
    res: Response,
    user: User,
    { typed, errors, error }: RefusedForm & { typed: object },
  ): Promise<void> {
    const values = { days: DEFAULT_DAYS, ...typed };
    return res.page('accounts/api-tokens/new-token', {
      title: TEXTS.title,
      section: 'account',
      form: formView(paths.personalTokens(), fieldsFor(user), values, errors),
      error,
    });
  }

  const showGone = (res: Response, user: User) => showClients(context, res.status(404), user, TEXTS.gone);

  return {
    get: signedIn((req, res, user) => show(res, user, { typed: takeDraft(req) })),

    /** Makes a token and leads to the page that shows it: reloading that page makes no other one. */
    make: signedIn(async (req, res, user) => {
      const typed = req.body ?? {};
      const form = submittedForm(req);
      const making = await makePersonalToken(context, { ...changeBy(req), form }, typed);
      if (making.ok) {
        const success = TEXTS.made(making.name, formatDay(making.expiresAt, context.config.storeLocale));
        return seeOther(req, res, paths.madeToken(form.keyHash), { success });
      }
      if (making.problem === 'logged-out') return seeOther(req, res, paths.apiClients());
      const refusal = making.problem === 'full' ? { error: TEXTS.full } : { errors: making.errors };
      await show(res.status(422), user, { typed, ...refusal });
    }),

    /** Shows a token that was just made, once; `no-store` keeps it out of the browser's cache. */
    showMade: signedIn(async (req, res, { id }) => {
      const shown = await takeShown(context, id, String(req.params.form));
      if (!shown) return seeOther(req, res, paths.apiClients(), { info: TEXTS.shownBefore });
      const [token] = shown;
      return res.page('accounts/api-tokens/made-token', { title: TEXTS.shown, section: 'account', token });
    }),

    showRemoval: signedIn(async (req, res, user) => {
      const id = idParam(req);
      const token = await findPersonalTokenOf(context.db, user.id, id);
      if (!token) return showGone(res, user);
      return res.page('accounts/api-tokens/remove-token', {
        title: TEXTS.remove,
        section: 'account',
        name: token.name,
        action: paths.removePersonalToken(id),
      });
    }),

    remove: signedIn(async (req, res, user) => {
      const name = await removePersonalToken(context, changeBy(req), idParam(req));
      if (name === undefined) return showGone(res, user);
      await seeOther(req, res, paths.apiClients(), { success: TEXTS.removed(name) });
    }),
  };
}
