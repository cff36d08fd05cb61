import { z } from 'zod';
import { ERASURE, emptyRowsAbout } from '../../audit/audit-log.table.ts';
import type { Database } from '../../database/connection.ts';
import { foldCase } from '../../database/fold-case.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { erasePersonalData } from '../../features/declared-rows.table.ts';
import { findOpenBusiness, type OpenBusiness } from '../../features/feature.ts';
import { paths } from '../../paths.ts';
import { formatDay } from '../../shared/format/dates.ts';
import { checkInput, type InvalidForm } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { revokeSessions } from '../credentials/revoke-access.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { isLastAdmin } from '../last-admin.ts';
import { endLinksOf, findLiveLink } from '../links.table.ts';
import { LINK_LIFETIMES, type LinkPurpose, type MailedLink, makeLink } from '../links.ts';
import { isActive, lockActiveAdmins, lockUser, type User, updateUser } from '../users.table.ts';
import { eraseUser, listDueClosings } from './personal-data.table.ts';

export const TEXTS = {
  confirm: 'Type your username as it is above.',
  comeBack: 'Come back',
};

const PURPOSE = 'come-back';

/** How long somebody who closed the account can come back, in milliseconds. */
export const CLOSING_TIME = LINK_LIFETIMES[PURPOSE];

/** The links that would go on with something in an account that is closed. */
export const CLOSING_LINKS: readonly LinkPurpose[] = [PURPOSE, 'reset-password', 'new-email', 'verify-email'];

/** How many accounts are erased in one go. */
const ERASED_AT_ONCE = 100;

type ErasureContext = Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'config' | 'features'>;

const form = z.object({ username: z.string({ error: TEXTS.confirm }) });

/**
 * Closes somebody's account: nobody can log in any more, and in 14 days it is erased. Until then the link that is
 * mailed opens it again.
 *
 * @param input the form: username, typed to confirm
 * @returns until when it will be erased, in words; refused for the last active admin. The admins are locked while this
 *   is decided, so that of two who leave at the same instant one stays
 */
export async function closeAccount(
  context: AccountContext,
  member: Pick<User, 'id' | 'username'>,
  input: unknown,
  client: ClientInfo,
): Promise<{ ok: true; until: string } | InvalidForm | OpenBusiness | { ok: false; problem: 'last-admin' }> {
  const read = checkInput(form, input);
  const typed = read.ok ? foldCase(read.values.username.trim()) : '';
  if (typed !== foldCase(member.username)) {
    return { ok: false, problem: 'invalid', errors: { username: TEXTS.confirm } };
  }
  return inTransaction(context.db, async (trx) => {
    const now = context.clock();
    const until = formatDay(now + CLOSING_TIME, context.config.storeLocale);
    const admins = await lockActiveAdmins(trx);
    if (isLastAdmin(admins, member.id)) return { ok: false, problem: 'last-admin' };
    const user = await lockUser(trx, member.id);
    // Sent twice, or closed, locked or disabled a moment ago: nothing is left to close.
    if (!user || !isActive(user)) return { ok: true, until };
    const open = await closeUntilErased(trx, context, user.id, now);
    if (open) return open;
    const token = await makeLink(trx, now, { purpose: PURPOSE, userId: user.id });
    await recordAccountEvent(trx, context, {
      action: 'account.closing',
      user,
      client,
      details: { until },
      button: { label: TEXTS.comeBack, path: paths.comeBack(token) },
    });
    return { ok: true, until };
  });
}

/** Closes an account until it is erased, where nothing is open between it and the store. */
export async function closeUntilErased(
  trx: Transaction,
  { features }: Pick<AccountContext, 'features'>,
  userId: number,
  now: number,
): Promise<OpenBusiness | undefined> {
  const open = await findOpenBusiness(trx, features, userId);
  if (open) return open;
  await updateUser(trx, userId, { closingAt: now + CLOSING_TIME });
  await revokeSessions(trx, userId);
  await endLinksOf(trx, userId, CLOSING_LINKS, now);
  return undefined;
}

/**
 * Whether a closing account was closed from within: then its member has a link to come back by. Where the store deleted
 * or declined it, only the store opens it again.
 */
export async function closedByMember(db: Database, userId: number, now: number): Promise<boolean> {
  return (await findLiveLink(db, userId, PURPOSE, now)) !== undefined;
}

/** Opens a closed account again, as it was. */
export const comeBackLink: MailedLink<void> = {
  purpose: PURPOSE,
  worksFor: (user) => user.closingAt !== null && user.disabledAt === null,
  async apply(trx, context, { user, client }) {
    await updateUser(trx, user.id, { closingAt: null });
    await recordAccountEvent(trx, context, { action: 'account.came-back', user, client });
  },
};

/**
 * Erases the accounts that were closed 14 days ago, each in a transaction of its own. Username and address are free
 * again; the row stays without either, for the orders that lead to it, and so do the audit rows, with nothing in
 * them that tells of the person.
 */
export async function eraseClosedAccounts(context: ErasureContext): Promise<void> {
  for (const id of await listDueClosings(context.db, context.clock(), ERASED_AT_ONCE)) {
    await inTransaction(context.db, (trx) => erase(trx, context, id));
  }
}

async function erase(trx: Transaction, context: ErasureContext, id: number): Promise<void> {
  const now = context.clock();
  const user = await lockUser(trx, id);
  // Its member came back a moment ago, or another process has erased it.
  if (!user || user.closingAt === null || user.closingAt > now) return;
  await erasePersonalData(trx, context.features, user);
  await eraseUser(trx, id, now);
  await emptyRowsAbout(trx, id);
  const nobody = { id, username: '', email: '', emailVerifiedAt: null };
  await recordAccountEvent(trx, context, { action: ERASURE, user: nobody, actor: { kind: 'system' } });
}
