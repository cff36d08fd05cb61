import type { Request, Response } from 'express';
import type { PageData } from '../../web/pages.ts';
import type { ApiContext } from '../api-context.ts';
import { allOperations } from '../openapi/operations.ts';
import { docsView } from './docs-view.ts';

/** The API for people to read. What it says never changes while the store runs, so it is prepared and printed once. */
export function apiDocsPage(context: ApiContext) {
  let docs: PageData | undefined;
  return {
    async get(_req: Request, res: Response): Promise<void> {
      docs ??= docsView(allOperations(context));
      return res.page('api/docs', { title: docs.title, docs });
    },
  };
}
