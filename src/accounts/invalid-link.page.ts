import type { Request, Response } from 'express';
import { paths } from '../paths.ts';

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
  store: 'To the store',
  login: 'To the login page',
};

const STATUS = { dead: 410, unknown: 404 };

/** Where somebody with a link that does not work goes on. */
export interface NextStep {
  url: string;
  label: string;
}

/**
 * Answers a mailed link that does not work: 410 when it once did (used, replaced, too old), 404 when there is none
 * (mistyped, cut short, made up, for another page). The words are the same for all accounts and tell of none.
 *
 * @param next what helps: a place where a new link is to be had, for instance
 */
export function showDeadLink(
  req: Request,
  res: Response,
  state: 'dead' | 'unknown',
  next: NextStep,
): Promise<void> {
  return res.status(STATUS[state]).page('accounts/invalid-link', {
    ...TEXTS[state],
    section: 'door',
    next,
    home: req.user ? { url: paths.store(), label: TEXTS.store } : { url: paths.login(), label: TEXTS.login },
  });
}
