import type { Feature } from '../features/feature.ts';
import { paths } from '../paths.ts';
import { canReadAudit } from '../permissions.ts';
import { DAY } from '../shared/clock.ts';
import { deleteFinishedMails } from './outbox.table.ts';

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
        columns: { createdAt: 'created_at', sentAt: 'sent_at', givenUpAt: 'given_up_at' },
      },
      erasure: 'delete',
    },
  ],
  cleanup: (db, now) => deleteFinishedMails(db, now - MAILS_STAY),
};
