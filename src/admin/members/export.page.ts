import type { Request, Response } from 'express';
import { signedIn } from '../../accounts/signed-in.http.ts';
import { EXPORT_COLUMNS, exportMembers } from '../../members/member-export.ts';
import { formatFilters, readMemberFilters } from '../../members/member-filters.ts';
import { formatCount, listMembers } from '../../members/member-list.ts';
import { paths } from '../../paths.ts';
import { sendCsv } from '../../shared/format/csv.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView, hiddenFields } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { addressOf, setFilters } from './list-address.ts';

const TEXTS = {
  title: 'Export members',
};

export function exportMembersPage(context: AdminContext) {
  const { settings, config } = context;

  return {
    async get(req: Request, res: Response): Promise<void> {
      const filters = readMemberFilters({ ...req.query, ...takeDraft(req) }, settings.membership);
      const { count } = await listMembers(context, filters);
      return renderAdminPage(res, 'members/export', {
        title: TEXTS.title,
        what: formatFilters(filters),
        count: formatCount(count, config.storeLocale),
        columns: EXPORT_COLUMNS.join(', '),
        back: addressOf(paths.adminMembers(), filters),
        form: formView(paths.exportMembers(), hiddenFields(Object.keys(setFilters(filters))), filters),
      });
    },

    post: signedIn(async (req, res, admin) => {
      const filters = readMemberFilters(req.body, settings.membership);
      const file = await exportMembers(context, admin, clientOf(req), filters);
      if (!file.ok) throw new Problem(403);
      return sendCsv(res, file.name, EXPORT_COLUMNS, file.batches);
    }),
  };
}
