import { type RequestHandler, Router } from 'express';
import { paths } from '../../paths.ts';
import { seeOther } from '../../web/redirect.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { requireRecentLogin } from '../login/recent-login.page.ts';
import { devicesPage } from './devices.page.ts';
import { activityPage, overviewPage } from './overview.page.ts';
import { passwordPage } from './password.page.ts';
import { profilePage } from './profile.page.ts';

export function profileRoutes(context: AccountContext): Router {
  const router = Router();
  const recent = requireRecentLogin(context);
  const profile = profilePage(context);
  const devices = devicesPage(context);

  page(router, paths.account(), overviewPage(context));
  page(router, paths.profile(), { get: profile.get, post: [recent, profile.post] });
  page(router, paths.pendingEmail(), { get: leadTo(paths.profile()), post: profile.decide });
  page(router, paths.password(), passwordPage(context));
  page(router, paths.devices(), { get: devices.get });
  page(router, paths.endOtherDevices(), {
    get: [recent, devices.confirmEndOthers],
    post: [recent, devices.endOthers],
  });
  page(router, paths.endDevice(':handle'), {
    get: [recent, devices.confirmEnd],
    post: [recent, devices.end],
  });
  page(router, paths.forgetBrowser(':handle'), { get: leadTo(paths.devices()), post: devices.distrust });
  page(router, paths.activity(), activityPage(context));
  return router;
}

/** For addresses of forms without a page of their own: who comes back to one finds the page that has the form. */
function leadTo(path: string): RequestHandler {
  return (req, res) => seeOther(req, res, path);
}
