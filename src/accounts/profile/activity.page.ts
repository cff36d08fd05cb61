import type { Request, Response } from 'express';
import { z } from 'zod';
import { paths } from '../../paths.ts';
import { type Moment, momentView } from '../../shared/format/dates.ts';
import { paginate } from '../../web/pagination.ts';
import type { AccountContext } from '../account-context.ts';
import { memberOf } from '../signed-in.http.ts';
import { type Activity, readActivity } from './activity.ts';

const TEXTS = {
  title: 'Activity',
};

const MOST_PAGES = 10_000;

/** Nonsense for a page number is the first page. */
const query = z.object({ page: z.coerce.number().int().min(1).max(MOST_PAGES).default(1).catch(1) });

export function activityPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const { page: asked } = query.parse(req.query);
      const { activities, page, pageCount } = await readActivity(context, memberOf(req).id, asked);
      return res.page('accounts/profile/activity', {
        title: TEXTS.title,
        section: 'account',
        activities: activities.map((activity) => activityView(activity, context.config.storeLocale)),
        pagination: paginate(page, pageCount, (number) =>
          number === 1 ? paths.activity() : `${paths.activity()}?page=${number}`,
        ),
      });
    },
  };
}

/** Prepares a line of activity for its partial. */
export function activityView(activity: Activity, locale: string): Activity & { moment: Moment } {
  return { ...activity, moment: momentView(activity.at, locale) };
}
