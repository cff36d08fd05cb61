import type { Request, Response } from 'express';
import { signedIn } from '../../accounts/signed-in.http.ts';
import { readHead } from '../../audit/audit-log.table.ts';
import type { AuditPlace } from '../../audit/audit-search.table.ts';
import { paths } from '../../paths.ts';
import { sendCsv } from '../../shared/format/csv.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView, hiddenFields } from '../../web/forms.ts';
import { NUMBER } from '../../web/ids.ts';
import { listUrl, stepLinks } from '../../web/pagination.ts';
import { Problem } from '../../web/problems.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { actionGroups } from './actions.ts';
import { AUDIT_CSV_HEADER, exportAudit } from './audit-export.ts';
import { auditLines } from './audit-line.ts';
import { type AuditPage, readAuditPage } from './audit-query.ts';
import {
  type AuditFilters,
  formatFilter,
  givenFilters,
  KINDS,
  LONGEST_NAME,
  readFilters,
} from './filters.ts';

const TEXTS = {
  title: 'Audit log',
  download: 'Download the audit log',
  anybody: 'Anybody',
  steps: { newer: 'Newer', older: 'Older' },
  unknown: (names: string[]) => `Nobody here is called ${names.map((name) => `“${name}”`).join(' or ')}.`,
  nothing: {
    title: 'Nothing found',
    message: 'Nothing in the log matches. Try other names or days, or look at everything.',
  },
  empty: {
    title: 'The log is empty',
    message: 'Logins, changes and whatever is done in the back office will stand here.',
  },
};

const USERNAME = { hint: 'A username', maxlength: LONGEST_NAME, required: false, autocomplete: 'off' };

const FIELDS: Record<keyof Omit<AuditFilters, 'action'>, FieldSpec> = {
  who: { label: 'Done by', ...USERNAME },
  whom: { label: 'Done to', ...USERNAME },
  by: {
    label: 'Done by, in general',
    type: 'select',
    required: false,
    options: Object.entries({ '': TEXTS.anybody, ...KINDS }).map(([value, label]) => ({ value, label })),
  },
  from: { label: 'From', type: 'date', required: false },
  until: { label: 'Until', type: 'date', required: false },
};

export function auditPages(context: AdminContext) {
  const { db, config, features } = context;

  const log = {
    get: signedIn(async (req, res, viewer) => {
      const filters = readFilters(req.query);
      const head = await readHead(db);
      const page = await readAuditPage(db, filters, readPlace(req.query));
      const isFiltered = Object.keys(givenFilters(filters)).length > 0;
      return renderAdminPage(res, 'audit/audit', {
        title: TEXTS.title,
        head,
        filters: formView(paths.audit(), FIELDS, filters),
        actionGroups: actionGroups(features, filters.action),
        isFiltered,
        summary: formatFilter(filters, config.storeLocale),
        unknown: page.unknown.length > 0 && TEXTS.unknown(page.unknown),
        lines: auditLines(page.rows, { viewerId: viewer.id, names: page.names }, config.storeLocale),
        empty: isFiltered ? TEXTS.nothing : TEXTS.empty,
        exportUrl: listUrl(paths.exportAudit(), filters),
        steps: stepsOf(page, filters),
      });
    }),
  };

  /** The log, or what of it is filtered, as a file. */
  const download = {
    async get(req: Request, res: Response): Promise<void> {
      const filters = readFilters({ ...req.query, ...takeDraft(req) });
      return renderAdminPage(res, 'audit/export', {
        title: TEXTS.download,
        summary: formatFilter(filters, config.storeLocale),
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

  return { log, download };
}

/** Reads where a page is: `before` a row, by its number, or `after` it in time. */
function readPlace({ before, after }: Record<string, unknown>): AuditPlace | undefined {
  if (typeof after === 'string' && NUMBER.test(after)) return { direction: 'before', id: Number(after) };
  if (typeof before === 'string' && NUMBER.test(before)) return { direction: 'after', id: Number(before) };
  return undefined;
}

function stepsOf({ previous, next }: AuditPage, filters: AuditFilters) {
  const newer = previous && listUrl(paths.audit(), { ...filters, after: previous.id });
  const older = next && listUrl(paths.audit(), { ...filters, before: next.id });
  return stepLinks({ newer, older }, TEXTS.steps);
}
