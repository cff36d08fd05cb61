import { deleteOldCounts } from './accounts/event-counts.table.ts';
import { LONGEST_GATHERING } from './accounts/gathered-events.ts';
import { deleteExpiredHolds } from './accounts/held-emails.table.ts';
import { deleteEndedInvitations } from './accounts/inviting/invitations.table.ts';
import { deleteExpiredBrowsers } from './accounts/known-browsers.table.ts';
import { deleteExpiredNetworks } from './accounts/known-networks.table.ts';
import { deleteOldLinks } from './accounts/links.table.ts';
import { deleteExpiredChallenges } from './accounts/passkeys/challenges.table.ts';
import { deleteExpiredReservations } from './accounts/reserved-usernames.table.ts';
import { deletePersonalTokensExpiredBefore } from './accounts/tokens/personal-tokens.table.ts';
import { deleteExpiredFamilies } from './accounts/tokens/token-families.table.ts';
import { DAY } from './clock.ts';
import type { Context } from './context.ts';
import { retryConflicts } from './database/transaction.ts';
import { deleteFinishedMails } from './mail/outbox.table.ts';
import { DELETED_TASKS_STAY } from './tasks/deleting.ts';
import { removeDeletedTasks } from './tasks/tasks.table.ts';
import { deleteExpiredLimits } from './web/rate-limits.ts';
import { deleteExpiredSessions } from './web/sessions.table.ts';
import { forgetForms } from './web/submit-once.ts';

/** For a while who opens an old link is told that it is too old, not that there never was one. */
const LINKS_STAY = 7 * DAY;
/** When a mail went out, and why one did not, can be looked up for a while. */
const MAILS_STAY = 30 * DAY;
/** Whether somebody came, admins can look up for a while; then the store forgets whom it invited. */
const INVITATIONS_STAY = 30 * DAY;

/** For a while their members see that tokens have expired, and which: programs stop working with them. */
const EXPIRED_TOKENS_STAY = 30 * DAY;

/** Removes what has expired from the database. */
export async function sweep({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<void> {
  const now = clock();
  await retryConflicts(async () => {
    await deleteExpiredSessions(db, now);
    await deleteExpiredLimits(db, now);
    await deleteOldLinks(db, now - LINKS_STAY);
    await deleteExpiredBrowsers(db, now);
    await deleteExpiredNetworks(db, now);
    await deleteFinishedMails(db, now - MAILS_STAY);
    await deleteExpiredHolds(db, now);
    await deleteExpiredReservations(db, now);
    await deleteExpiredFamilies(db, now);
    await deletePersonalTokensExpiredBefore(db, now - EXPIRED_TOKENS_STAY);
    await deleteExpiredChallenges(db, now);
    await deleteOldCounts(db, now - LONGEST_GATHERING);
    await removeDeletedTasks(db, now - DELETED_TASKS_STAY);
    await deleteEndedInvitations(db, now - INVITATIONS_STAY);
    await forgetForms(db, now);
  });
}
