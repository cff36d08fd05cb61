import type { Request, Response } from 'express';
import type { AccountContext } from '../accounts/account-context.ts';
import { countWaitingMembers } from '../accounts/approval.ts';
import { canManageMembers } from '../accounts/roles.ts';
import type { User } from '../accounts/users.table.ts';
import { paths } from '../paths.ts';

const TEXTS = {
  title: 'Back office',
  nobody: 'Nobody waits to be let in.',
  letIn: 'New members, who wait for you to let them in.',
  byAdmin: 'New members, who wait for an administrator to let them in.',
};

/** What there is to do in the back office, at a glance. */
export function adminIndexPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const waiting = await countWaitingMembers(context);
      const maySee = canManageMembers(req.user as User);
      return res.page('admin/index', {
        title: TEXTS.title,
        section: 'admin',
        waiting,
        waitingHint: waiting === 0 ? TEXTS.nobody : maySee ? TEXTS.letIn : TEXTS.byAdmin,
        waitingUrl: maySee ? paths.waitingMembers() : undefined,
      });
    },
  };
}
