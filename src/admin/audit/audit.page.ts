import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { readHead } from '../../audit/audit-log.table.ts';
import { paths } from '../../paths.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { NUMBER } from '../../web/ids.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { actionGroups } from './actions.ts';
import { auditLines, clockFormat } from './audit-line.ts';
import { type AuditPage, type AuditPlace, readAuditPage } from './audit-query.ts';
import {
  type AuditFilters,
  filtersUrl,
  formatFilter,
  givenFilters,
  KINDS,
  LONGEST_NAME,
  readFilters,
} from './filters.ts';

const TEXTS = {
  title: 'Audit log',
  anybody: 'Anybody',
  newer: 'Newer',
  older: 'Older',
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

const FIELDS: Record<keyof Omit<AuditFilters, 'action'>, FieldSpec> = {
  who: {
    label: 'Done by',
    hint: 'A username',
    maxlength: LONGEST_NAME,
    required: false,
    autocomplete: 'off',
  },
  whom: {
    label: 'Done to',
    hint: 'A username',
    maxlength: LONGEST_NAME,
    required: false,
    autocomplete: 'off',
  },
  by: {
    label: 'Done by, in general',
    type: 'select',
    required: false,
    options: Object.entries({ '': TEXTS.anybody, ...KINDS }).map(([value, label]) => ({ value, label })),
  },
  from: { label: 'From', type: 'date', required: false },
  until: { label: 'Until', type: 'date', required: false },
};

/** Everything that was done in the store, newest first. */
export function auditPage({ db, config, features }: AdminContext) {
  const format = clockFormat(config.storeLocale);

  return {
    async get(req: Request, res: Response): Promise<void> {
      const filters = readFilters(req.query);
      const head = await readHead(db);
      const page = await readAuditPage(db, filters, readPlace(req.query));
      const look = { viewerId: memberOf(req).id, names: page.names, clockFormat: format };
      const isFiltered = Object.keys(givenFilters(filters)).length > 0;
      return renderAdminPage(res, 'audit', 'audit/audit', {
        title: TEXTS.title,
        head,
        filters: formView(paths.audit(), FIELDS, filters),
        actionGroups: actionGroups(features, filters.action),
        isFiltered,
        summary: formatFilter(filters, config.storeLocale),
        unknown: page.unknown.length > 0 ? TEXTS.unknown(page.unknown) : undefined,
        lines: auditLines(page.rows, look),
        empty: isFiltered ? TEXTS.nothing : TEXTS.empty,
        exportUrl: filtersUrl(paths.exportAudit(), filters),
        steps: stepsOf(page, filters),
      });
    },
  };
}

function readPlace(query: Record<string, unknown>): AuditPlace {
  const number = (value: unknown) =>
    typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;
  return { before: number(query.before), after: number(query.after) };
}

function stepsOf({ newer, older }: AuditPage, filters: AuditFilters) {
  if (newer === undefined && older === undefined) return undefined;
  const url = (place: string, number: number) =>
    filtersUrl(paths.audit(), filters, { [place]: String(number) });
  return {
    newer: newer === undefined ? undefined : { url: url('after', newer), label: TEXTS.newer },
    older: older === undefined ? undefined : { url: url('before', older), label: TEXTS.older },
  };
}
