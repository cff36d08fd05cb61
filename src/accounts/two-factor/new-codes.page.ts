import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { flashNow } from '../../web/flash.ts';
import { isSameSitePath } from '../../web/redirect.ts';

const TEXTS = {
  title: 'Your recovery codes',
};

/**
 * Answers with recovery codes that were just made. This answer is the only place where they ever stand: they are not
 * kept in the session, and `no-store` keeps them out of the browser's cache. From here it goes on to the page that
 * led to the set-up, if one did.
 *
 * @param message what was done
 */
export function showNewCodes(req: Request, res: Response, codes: string[], message: string): Promise<void> {
  const { returnTo } = req.session;
  delete req.session.returnTo;
  return res.page('accounts/two-factor/new-codes', {
    title: TEXTS.title,
    section: 'account',
    codes,
    next: returnTo && isSameSitePath(returnTo) ? returnTo : paths.twoFactor(),
    flashes: [flashNow('success', message)],
  });
}
