import type { RequestHandler, Response } from 'express';
import { memberOf } from '../accounts/signed-in.http.ts';
import type { Feature } from '../features/feature.ts';
import type { PageData } from '../web/pages.ts';

/** Puts the features' sections beside each page of the back office: those that who looks may enter. */
export function offerSections(features: readonly Feature[]): RequestHandler {
  return (req, res, next) => {
    res.locals.sections = features.filter(({ section }) => section?.may(memberOf(req)));
    next();
  };
}

/** Answers with a page of the back office, its own section marked. @param feature the name of the section's feature */
export function renderAdminPage(res: Response, feature: string, view: string, data: PageData): Promise<void> {
  const features: Feature[] = res.locals.sections;
  const rooms = features.map(({ name, section }) => ({
    label: section?.label,
    url: section?.path,
    current: name === feature,
  }));
  return res.page(`admin/${view}`, { section: 'admin', rooms, ...data });
}
