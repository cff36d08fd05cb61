import type { Request, Response } from 'express';
import { signedIn } from '../../accounts/signed-in.http.ts';
import { paths } from '../../paths.ts';
import { sendCsv } from '../../shared/format/csv.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView, hiddenFields } from '../../web/forms.ts';
import { listUrl } from '../../web/pagination.ts';
import { Problem } from '../../web/problems.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { AUDIT_CSV_HEADER, exportAudit } from './audit-export.ts';
import { formatFilter, readFilters } from './filters.ts';

const TEXTS = {
  title: 'Download the audit log',
};

export function exportAuditPage(context: AdminContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const filters = readFilters({ ...req.query, ...takeDraft(req) });
      return renderAdminPage(res, 'audit/export', {
        title: TEXTS.title,
        summary: formatFilter(filters, context.config.storeLocale),
        form: formView(paths.exportAudit(), hiddenFields(Object.keys(filters)), filters),
        back: listUrl(paths.audit(), filters),
      });
    },

    post: signedIn(async (req, res, admin) => {
      const file = await exportAudit(context, admin, readFilters(req.body), clientOf(req));
      if (!file.ok) throw new Problem(403);
      return sendCsv(res, file.name, AUDIT_CSV_HEADER, file.batches);
    }),
  };
}
