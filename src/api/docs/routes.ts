import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/route.ts';
import type { ApiContext } from '../api-context.ts';
import { docsPage } from './docs.page.ts';

export function apiDocsRoutes(context: ApiContext): Router {
  const router = Router();
  page(router, paths.apiDocs(), docsPage(context));
  return router;
}
