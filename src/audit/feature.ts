import type { Feature } from '../features/feature.ts';
import { paths } from '../paths.ts';
import { canReadAudit } from '../permissions.ts';

/** Its rows about a member lose what is personal by the erasure itself, which the chain records. */
export const auditFeature: Feature = {
  name: 'audit',
  section: { label: 'Audit', path: paths.audit(), may: canReadAudit },
  auditActions: { 'The store': ['audit.exported', 'store.restored'] },
};
