import type { Feature } from '../../features/feature.ts';
import { deleteOldCounts } from './event-counts.table.ts';
import { ACCOUNT_EVENTS } from './events.ts';
import { LONGEST_GATHERING } from './gathered-events.ts';

const ACTIONS = [...Object.keys(ACCOUNT_EVENTS), 'login.attacked'];
const actions = (...words: string[]) =>
  ACTIONS.filter((action) => words.includes(action.split('.')[0] ?? ''));

export const accountEventsFeature: Feature = {
  name: 'account-events',
  auditActions: {
    Accounts: actions('access', 'account', 'data', 'email', 'invitation', 'role', 'username'),
    'Logging in': actions(
      'browser',
      'identity',
      'login',
      'password',
      'program',
      'programs',
      'session',
      'sessions',
      'token',
    ),
    'Second factors': actions('passkey', 'recovery-code', 'recovery-codes', 'two-factor'),
  },
  personalData: [{ table: 'event_counts', erasure: 'delete' }],
  cleanup: (db, now) => deleteOldCounts(db, now - LONGEST_GATHERING),
};
