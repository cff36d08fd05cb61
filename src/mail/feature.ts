import { columns } from '../database/rows.ts';
import type { Feature } from '../features/feature.ts';
import { paths } from '../paths.ts';
import { canReadAudit } from '../permissions.ts';
import { DAY } from '../shared/clock.ts';

/** When a mail went out, and why one did not, can be looked up for a while. */
const MAILS_STAY = 30 * DAY;

export const mailFeature: Feature = {
  name: 'mails',
  section: { label: 'Mails', path: paths.mails(), may: canReadAudit },
  personalData: [
    {
      table: 'outbox',
      export: {
        section: 'mails',
        columns: columns('createdAt sentAt givenUpAt'),
      },
      erasure: 'delete',
    },
  ],
  expiring: [
    { table: 'outbox', column: 'sent_at', stay: MAILS_STAY },
    { table: 'outbox', column: 'given_up_at', stay: MAILS_STAY },
  ],
};
