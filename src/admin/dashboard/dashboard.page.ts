import type { Request, Response } from 'express';
import { countWaitingMembers } from '../../accounts/managing/waiting-members.ts';
import type { User } from '../../accounts/users.table.ts';
import { paths } from '../../paths.ts';
import { canManageMembers } from '../../roles.ts';
import type { AdminContext } from '../admin-context.ts';
import { showRoom } from '../back-office.page.ts';

const TEXTS = {
  title: 'Back office',
  nobody: 'Nobody waits to be let in.',
  letIn: 'New members, who wait for you to let them in.',
  byAdmin: 'New members, who wait for an administrator to let them in.',
};

/** What there is to do in the back office, at a glance. */
export function dashboardPage(context: AdminContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const waiting = await countWaitingMembers(context);
      const maySee = canManageMembers(req.user as User);
      return showRoom(res, 'dashboard', 'dashboard/dashboard', {
        title: TEXTS.title,
        waiting,
        waitingHint: waiting === 0 ? TEXTS.nobody : maySee ? TEXTS.letIn : TEXTS.byAdmin,
        waitingUrl: maySee ? paths.waitingMembers() : undefined,
      });
    },
  };
}
