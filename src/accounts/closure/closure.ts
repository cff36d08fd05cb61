import { z } from 'zod';
import type { Database } from '../../database/connection.ts';
import { foldCase } from '../../database/fold-case.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { findOpenBusiness, type OpenBusiness } from '../../features/feature.ts';
import { paths } from '../../paths.ts';
import { formatDay } from '../../shared/format/dates.ts';
import { checkInput, type FieldErrors } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { revokeSessions } from '../credentials/revoke-access.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { isLastAdmin } from '../last-admin.ts';
import { endLinksOf, findLiveLink } from '../links.table.ts';
import { LINK_LIFETIMES, type LinkPurpose, type MailedLink, makeLink } from '../links.ts';
import { isActive, lockActiveAdmins, lockUser, type User, updateUser } from '../users.table.ts';

export const TEXTS = {
  confirm: 'Type your username as it is above.',
  comeBack: 'Come back',
};

const PURPOSE = 'come-back';

/** How long somebody who closed the account can come back, in milliseconds. */
export const CLOSING_TIME = LINK_LIFETIMES[PURPOSE];

/** The links that would go on with something in an account that is closed. */
export const CLOSING_LINKS: readonly LinkPurpose[] = [PURPOSE, 'reset-password', 'new-email', 'verify-email'];

const form = z.object({ username: z.string({ error: TEXTS.confirm }) });

export type Closing =
  /** @property until when the account will be erased, in words */
  | { ok: true; until: string }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  /** Somebody must be able to run the store. */
  | { ok: false; problem: 'last-admin' }
  | OpenBusiness;

/**
 * Closes somebody's account: nobody can log in any more, and in 14 days it is erased. Until then the link that is
 * mailed opens it again.
 *
 * @param input the form: username, typed to confirm
 * @returns refused for the last active admin. The admins are locked while this is decided, so that of two who leave
 *   at the same instant one stays
 */
export async function closeAccount(
  context: AccountContext,
  member: Pick<User, 'id' | 'username'>,
  input: unknown,
  client: ClientInfo,
): Promise<Closing> {
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
    // Sent twice, or shut by somebody else a moment ago: nothing is left to close.
    if (!user || !isActive(user)) return { ok: true, until };
    const open = await findOpenBusiness(trx, context.features, user.id);
    if (open) return open;
    await updateUser(trx, user.id, { closingAt: now + CLOSING_TIME });
    await revokeSessions(trx, user.id);
    await endLinksOf(trx, user.id, CLOSING_LINKS, now);
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

/**
 * Whether a closing account was closed from within: then its member has a link to come back by. Where the store deleted
 * or declined it, only the store opens it again.
 */
export async function closedByMember(
  db: Database | Transaction,
  userId: number,
  now: number,
): Promise<boolean> {
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
