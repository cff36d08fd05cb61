import type { Request, Response } from 'express';
import type { AccountContext } from '../accounts/account-context.ts';
import { countWaitingMembers } from '../accounts/approval.ts';
import { canManageMembers } from '../accounts/roles.ts';
import type { User } from '../accounts/users.table.ts';
import { paths } from '../paths.ts';

const TEXTS = {
  title: 'Back office',
};

/** What there is to do in the back office, at a glance. */
export function adminIndexPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const waiting = await countWaitingMembers(context);
      return res.page('admin/index', {
        title: TEXTS.title,
        section: 'admin',
        waiting,
        waitingUrl: canManageMembers(req.user as User) ? paths.waitingMembers() : undefined,
      });
    },
  };
}
