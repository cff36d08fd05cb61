import type { RequestHandler } from 'express';
import { paths } from '../../paths.ts';
import { ApiProblem, sendProblem } from './problem-details.ts';

const TEXTS = {
  use: (what: string) => `This is a page for browsers. Programs use ${what}: see ${paths.apiDocs()}.`,
  other: 'the API',
};

const below = (path: string) => `POST ${paths.api()}${path}`;
const LOGIN = `${below('/login')} or POST ${paths.sessionApi()}/login`;
const REGISTER = `${below('/users')} or POST ${paths.sessionApi()}/register`;

/** What an API client means that sends JSON to a page, or to a name that other APIs have. */
const MEANT: Record<string, string | undefined> = {
  [paths.login()]: LOGIN,
  '/token': LOGIN,
  '/api/login': LOGIN,
  [paths.register()]: REGISTER,
  '/api/register': REGISTER,
  [paths.logout()]: `${below('/logout')} or POST ${paths.sessionApi()}/logout`,
};

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Tells an API client that sends JSON to a page where the API is. To come behind the token API and before any session is
 * looked up: no page reads JSON, so nothing that one of ours sends is refused.
 */
export const refuseJsonToPages: RequestHandler = (req, res, next) => {
  // As Express compares them.
  const path = req.path.toLowerCase();
  const isForPages = !`${path}/`.startsWith(`${paths.sessionApi()}/`) && !SAFE_METHODS.has(req.method);
  if (!isForPages || !req.is(['json', '+json'])) return next();
  const meant = (Object.hasOwn(MEANT, path) && MEANT[path]) || TEXTS.other;
  sendProblem(new ApiProblem('page-for-browsers', TEXTS.use(meant)), req, res);
};
