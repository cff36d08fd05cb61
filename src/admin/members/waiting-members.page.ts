import type { Request, Response } from 'express';
import { listWaitingMembers } from '../../members/member-list.ts';
import type { WaitingMember } from '../../members/members.table.ts';
import { paths } from '../../paths.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import { listUrl, pageNumber, paginate } from '../../web/pagination.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';

const TEXTS = {
  title: 'Members waiting',
};

export function waitingMembersPage(context: AdminContext) {
  const { config, settings } = context;

  function row({ id, username, email, emailVerifiedAt, createdAt }: WaitingMember) {
    return {
      username,
      email,
      confirmed: emailVerifiedAt !== null,
      since: formatMoment(createdAt, config.storeLocale),
      approval: paths.memberAction(id, 'approval'),
      declining: paths.memberAction(id, 'declining'),
      url: paths.adminMember(id),
    };
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const wanted = pageNumber(req.query.page);
      const { members, total, page, pageCount } = await listWaitingMembers(context, wanted);
      const urlOf = (number: number) => listUrl(paths.waitingMembers(), { page: number });
      return renderAdminPage(res, 'members/waiting-members', {
        title: TEXTS.title,
        total,
        byApproval: settings.membership === 'approval',
        members: members.map(row),
        pagination: paginate(page, pageCount, urlOf),
      });
    },
  };
}
