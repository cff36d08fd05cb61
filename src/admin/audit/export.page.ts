import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { paths } from '../../paths.ts';
import { dayOf } from '../../shared/clock.ts';
import { sendCsv } from '../../shared/format/csv.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { AUDIT_CSV_HEADER, exportAudit } from './audit-export.ts';
import { filtersUrl, formatFilter, readFilters } from './filters.ts';

const TEXTS = {
  title: 'Download the audit log',
  fileName: (day: string) => `audit-log-${day}.csv`,
};

/** Filters come along unseen. */
const HIDDEN = { label: '', type: 'hidden' } as const;
const FIELDS = { who: HIDDEN, whom: HIDDEN, action: HIDDEN, by: HIDDEN, from: HIDDEN, until: HIDDEN };

/** The log, or what of it is filtered, as a file. */
export function exportAuditPage(context: AdminContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const filters = readFilters({ ...req.query, ...takeDraft(req) });
      return renderAdminPage(res, 'audit', 'audit/export', {
        title: TEXTS.title,
        summary: formatFilter(filters, context.config.storeLocale),
        form: formView(paths.exportAudit(), FIELDS, filters),
        back: filtersUrl(paths.audit(), filters),
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const filters = readFilters(req.body);
      const outcome = await exportAudit(context, memberOf(req), filters, clientOf(req));
      if (!outcome.ok) throw new Problem(403);
      const today = dayOf(context.clock());
      return sendCsv(res, TEXTS.fileName(today), AUDIT_CSV_HEADER, outcome.batches);
    },
  };
}
