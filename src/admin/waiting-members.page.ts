import type { Request, Response } from 'express';
import type { AccountContext } from '../accounts/account-context.ts';
import { approveMember, listWaitingMembers } from '../accounts/approval.ts';
import { momentWords } from '../accounts/device-words.ts';
import type { User } from '../accounts/users.table.ts';
import type { WaitingMember } from '../accounts/waiting-members.table.ts';
import { paths } from '../paths.ts';
import { flash } from '../web/flash.ts';
import { paginate } from '../web/pagination.ts';
import { Problem } from '../web/problems.ts';
import { seeOther } from '../web/redirect.ts';

const TEXTS = {
  title: 'Members waiting',
  approved: (name: string) => `${name} is in, and is told by mail.`,
  approvedBefore: (name: string) => `${name} was let in already.`,
  unknown: 'There is no such member, or not any more.',
};

/** Longer numbers are no id of ours. */
const ID = /^[1-9]\d{0,8}$/;

/** Who waits for an admin's yes, and the button that says it. */
export function waitingMembersPage(context: AccountContext) {
  const { config } = context;

  function row({ id, username, email, emailVerifiedAt, createdAt }: WaitingMember) {
    return {
      username,
      email,
      confirmed: emailVerifiedAt !== null,
      since: momentWords(createdAt, config.storeLocale),
      approval: paths.approveMember(id),
    };
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const wanted = ID.test(String(req.query.page)) ? Number(req.query.page) : 1;
      const { members, total, page, pageCount } = await listWaitingMembers(context, wanted);
      const urlOf = (number: number) =>
        number === 1 ? paths.waitingMembers() : `${paths.waitingMembers()}?page=${number}`;
      return res.page('admin/waiting-members', {
        title: TEXTS.title,
        section: 'admin',
        total,
        byApproval: config.membership === 'approval',
        members: members.map(row),
        pagination: paginate(page, pageCount, urlOf),
      });
    },

    async approve(req: Request, res: Response): Promise<void> {
      const { id } = req.params;
      if (!ID.test(String(id))) throw new Problem(404, TEXTS.unknown);
      const outcome = await approveMember(context, req.user as User, Number(id));
      if (!outcome.ok && outcome.problem === 'not-allowed') throw new Problem(403);
      if (!outcome.ok && outcome.problem === 'unknown') throw new Problem(404, TEXTS.unknown);
      if (outcome.ok) flash(req, 'success', TEXTS.approved(outcome.username));
      else flash(req, 'info', TEXTS.approvedBefore(outcome.username));
      await seeOther(req, res, paths.waitingMembers());
    },
  };
}
