import type { Request, Response } from 'express';
import { hashToken } from '../shared/crypto/random-token.ts';
import { clientOf } from '../web/client.ts';
import { homeOf } from '../web/errors.ts';
import { formView } from '../web/forms.ts';
import type { AccountContext } from './account-context.ts';
import { followLink, type Link, type MailedLink, type NoLink, openLink } from './links.ts';
import type { User } from './users.table.ts';

export const TEXTS = {
  dead: {
    title: 'This link no longer works',
    message:
      'It was used already, a newer one took its place, or its time is over. If you have just used it, all is done.',
  },
  unknown: {
    title: 'There is no such link',
    message:
      'Perhaps a part of it was lost on the way: open it from the mail once more, or copy the whole of it. Nothing was changed.',
  },
};

const STATUS = { dead: 410, unknown: 404 };

/** Where a page leads on to. */
export type NextStep = ReturnType<typeof homeOf>;

/**
 * Answers a mailed link that does not work: 410 when it once did (used, replaced, too old), 404 when there is none
 * (mistyped, cut short, made up, for another page). The words are the same for all accounts and tell of none.
 *
 * @param next what helps: a place where a new link is to be had, for instance
 */
export function showDeadLink(
  req: Request,
  res: Response,
  state: NoLink['state'],
  next?: NextStep,
): Promise<void> {
  const home = homeOf(req);
  return res.status(STATUS[state]).page('accounts/invalid-link', {
    ...TEXTS[state],
    section: 'door',
    next: next ?? home,
    home,
  });
}

/** What `views/accounts/mailed-link.ejs` says before its button is pressed. */
interface Explanation {
  /** The first paragraph: a name or an address with what stands before and after it. */
  lead: { before: string; name: string; after: string };
  more?: string;
  button: string;
  aside?: string;
}

interface LinkTexts<Outcome> {
  title: string;
  path: (token: string) => string;
  /** What helps whose link does not work. */
  next?: NextStep;
  /** What will happen; where the page has a view of its own, what that prints. */
  explain: (link: Link, user: User) => Explanation | Promise<Record<string, unknown>>;
  view?: string;
  answer: (req: Request, res: Response, used: { userId: number; outcome: Outcome }) => Promise<void>;
  showDead?: typeof showDeadLink;
}

/** The page of a kind of mailed link: says what will happen, and does it at the push of the button, for guests and members. */
export function mailedLinkPage<Outcome>(
  context: AccountContext,
  link: MailedLink<Outcome>,
  page: LinkTexts<Outcome>,
) {
  const { title, path, next, view = 'accounts/mailed-link', showDead = showDeadLink } = page;
  return {
    async get(req: Request, res: Response): Promise<void> {
      const token = String(req.params.token);
      const opened = await openLink(context, link, hashToken(token));
      if (opened.state !== 'live') return showDead(req, res, opened.state, next);
      const explanation = await page.explain(opened.link, opened.user);
      return res.page(view, {
        title,
        section: 'door',
        form: formView(path(token), {}),
        more: '',
        aside: '',
        ...explanation,
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const used = await followLink(context, link, String(req.params.token), clientOf(req));
      return used.state === 'used' ? page.answer(req, res, used) : showDead(req, res, used.state, next);
    },
  };
}
