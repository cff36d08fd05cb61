import { personalOf, record } from '../../audit/audit.ts';
import { searchAudit } from '../../audit/audit-search.table.ts';
import type { Database } from '../../database/connection.ts';
import { inTransaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import { takeInTransaction } from '../../rate-limits/rate-limits.ts';
import { HOUR } from '../../shared/clock.ts';
import { networksOf } from '../../shared/networks.ts';
import type { AccountContext } from '../account-context.ts';
import { listActiveAdmins } from '../users.table.ts';

export const TEXTS = {
  subject: 'Many logins are failing',
  spread: (store: string, { accounts, networks }: FailedLogins) =>
    `Within an hour, logins to ${accounts} accounts of ${store} failed from ${networks} networks. Somebody may be trying stolen passwords.`,
  advice:
    'Each account and network is slowed down already. Look at the failed logins, and ask members to turn on two-factor authentication.',
  label: 'Show the failed logins',
};

/** From how many accounts and how many networks within an hour it is taken for an attack on the store. */
export const ATTACK = { accounts: 30, networks: 30, within: 1 * HOUR };

/** How often administrators are told. */
const ALARM = { name: 'login-attack', points: 1, duration: 1 * HOUR };

/** How many failures are looked at, the newest. */
const MOST_FAILURES = 1_000;

export interface FailedLogins {
  /** Each failure of a name that nobody has counts as one: the log does not say which name it was. */
  accounts: number;
  networks: number;
}

/**
 * Looks whether logins fail on many accounts from many networks, which no throttle of one of them sees (credential
 * stuffing). Then administrators are mailed and the audit log says so, once an hour at most.
 */
export async function watchForLoginAttacks(
  context: Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'settings'>,
): Promise<FailedLogins> {
  const now = context.clock();
  const failed = await countFailedLogins(context.db, now);
  if (failed.accounts < ATTACK.accounts || failed.networks < ATTACK.networks) return failed;
  await inTransaction(context.db, async (trx) => {
    if ((await takeInTransaction(trx, ALARM, '', now)).retryAfter > 0) return;
    for (const { id, username, email, emailVerifiedAt } of await listActiveAdmins(trx)) {
      // Strangers cause it, so it goes to nobody's address but an administrator's.
      if (emailVerifiedAt === null) continue;
      const paragraphs = [TEXTS.spread(context.settings.storeName, failed), TEXTS.advice];
      const action = { label: TEXTS.label, path: `${paths.audit()}?action=login.failed` };
      const message = { subject: TEXTS.subject, name: username, paragraphs, action };
      await context.mailer.queue(trx, { to: email, userId: id, budget: 'unlimited', message });
    }
    await record(trx, now, { action: 'login.attacked', actor: { kind: 'system' }, details: { ...failed } });
  });
  return failed;
}

async function countFailedLogins(db: Database, now: number): Promise<FailedLogins> {
  const failed = { action: 'login.failed', from: now - ATTACK.within };
  const rows = await searchAudit(db, failed, MOST_FAILURES);
  const known = rows.filter(({ subjectId }) => subjectId !== null);
  const addresses = rows.flatMap((row) => personalOf(row).address ?? []);
  // The widest: one subscriber may have all the networks of a /48.
  const networks = addresses.map((address) => networksOf(address).at(-1));
  return {
    accounts: rows.length - known.length + new Set(known.map(({ subjectId }) => subjectId)).size,
    networks: new Set(networks).size,
  };
}
