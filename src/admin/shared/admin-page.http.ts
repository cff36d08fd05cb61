import type { RequestHandler, Response } from 'express';
import { recordDenial } from '../../accounts/events/limited-events.ts';
import { memberOf } from '../../accounts/signed-in.http.ts';
import type { Feature } from '../../features/feature.ts';
import type { RoleHolder } from '../../permissions.ts';
import { clientOf } from '../../web/client.ts';
import type { PageData } from '../../web/pages.ts';
import { Problem } from '../../web/problems.ts';
import type { AdminContext } from './admin-context.ts';

/** Lets pass who may. The others get 403, and who of them tried to change something there is written down. */
export function onlyFor(
  context: Pick<AdminContext, 'db' | 'clock'>,
  may: (user: RoleHolder) => boolean,
  refusal: string,
): RequestHandler {
  return async (req, _res, next) => {
    const user = memberOf(req);
    if (may(user)) return next();
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      const [path = ''] = req.originalUrl.split('?');
      await recordDenial(context, user, clientOf(req), { method: req.method, path });
    }
    throw new Problem(403, refusal);
  };
}

/** Puts the features' sections beside each page of the back office: those that who looks may enter. */
export function offerSections(features: readonly Feature[]): RequestHandler {
  return (req, res, next) => {
    res.locals.sections = features.filter(({ section }) => section?.may(memberOf(req)));
    next();
  };
}

/** Answers with a page of the back office. @param view below `admin/`; its folder is the feature whose section is marked */
export function renderAdminPage(res: Response, view: string, data: PageData): Promise<void> {
  const features: Feature[] = res.locals.sections;
  const rooms = features.map(({ name, section }) => ({
    label: section?.label,
    url: section?.path,
    current: view.startsWith(`${name}/`),
  }));
  return res.page(`admin/${view}`, { section: 'admin', rooms, ...data });
}
