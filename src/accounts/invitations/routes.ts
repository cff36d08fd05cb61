import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { invitationPage } from './invitation.page.ts';

export function invitationRoutes(context: AccountContext): Router {
  const router = Router();
  page(router, paths.invitation(':token'), invitationPage(context));
  return router;
}
