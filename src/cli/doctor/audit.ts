import { countOverdueLinks } from '../../audit/audit-log.table.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';
import type { Store } from '../shell/store.ts';

const { ok, warning } = findingsOf('audit');

const TEXTS = {
  linked: 'The audit log is linked up to its newest rows.',
  unlinked: (rows: number) =>
    `Rows of the audit log that have waited for their link for more than a minute: ${rows}`,
  unlinkedAdvice:
    'Start the store: it links them. If it runs, its log says what fails, and gatehouse audit verify where the chain is broken.',
};

/** Whether something keeps the audit log from being linked: a change of its newest rows would not be seen. */
export async function checkAudit({ db, clock }: Pick<Store, 'db' | 'clock'>): Promise<Finding> {
  const rows = await countOverdueLinks(db, clock());
  return rows === 0 ? ok(TEXTS.linked) : warning(TEXTS.unlinked(rows), TEXTS.unlinkedAdvice);
}
