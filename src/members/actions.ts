import { z } from 'zod';
import type { AccountContext } from '../accounts/account-context.ts';
import { type AccountEvent, recordAccountEvent } from '../accounts/events/account-events.ts';
import { isLastAdmin } from '../accounts/last-admin.ts';
import { type ActiveAdmin, isErased, lockActiveAdmins, lockUser } from '../accounts/users.table.ts';
import type { Actor, AuditClient } from '../audit/audit.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { OpenBusiness } from '../features/feature.ts';
import { checkInput, type FieldErrors, oneLineEnd, VISIBLE } from '../shared/validation.ts';
import { type SubmittedForm, submitOnce } from '../web/submit-once.ts';

export const TEXTS = {
  reason: 'Say why. The member reads it.',
  reasonLength: 'Use at most 500 characters.',
};

export const LONGEST_REASON = 500;

/** Why something is done to a member, as the member and the audit log are told. */
export const reasonField = z
  .string({ error: TEXTS.reason })
  .overwrite(oneLineEnd)
  .trim()
  .regex(VISIBLE, TEXTS.reason)
  .max(LONGEST_REASON, TEXTS.reasonLength)
  // For the documentation of the API: many readers of its patterns know no Unicode properties.
  .meta({ pattern: '\\S' });

const form = z.object({ reason: reasonField });

/** Something that is done to a member's account: by an admin, or by the store's owner at a terminal. */
export interface MemberAction {
  actor: Extract<Actor, { kind: 'member' | 'operator' }>;
  reason: string;
  /** From where; nothing at a terminal. */
  client?: AuditClient | undefined;
  /** The form that asks for it: sent twice, it is carried out once. */
  form?: SubmittedForm | undefined;
  /** Looks at the account once nobody else can change it any more, and throws where nothing is to be done. */
  look?: (trx: Transaction) => Promise<void>;
}

export type MemberActionContext = Pick<
  AccountContext,
  'db' | 'clock' | 'mailer' | 'config' | 'settings' | 'features'
>;

/** Why nothing was done. */
export type MemberActionRefusal =
  /** The reason, or another field. */
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  /** @property saved what is there now, by the fields of the form */
  | { ok: false; problem: 'changed-meanwhile'; saved: Record<string, string> }
  /**
   * Not allowed: who asks is no admin (any more). Unchanged: the member is that already. Inactive: it would come to
   * nothing, the account has to be enabled or restored first. Last admin: nobody could run the store any more.
   */
  | {
      ok: false;
      problem: 'not-allowed' | 'own-account' | 'unknown' | 'unchanged' | 'inactive' | 'last-admin';
    }
  | OpenBusiness;

export type MemberActionResult = { ok: true; username: string } | MemberActionRefusal;

/** What works on a member's account, in its transaction. */
export interface MemberWork {
  context: MemberActionContext;
  trx: Transaction;
  /** Locked until the transaction ends. */
  member: NonNullable<Awaited<ReturnType<typeof lockUser>>>;
  now: number;
  /** Whether nobody could run the store if this member were no admin. */
  isLastAdmin: boolean;
  /** Writes the audit row and, where the kind of event has one, mails the notice. @returns that it is done */
  record: (event: Pick<AccountEvent, 'action'> & Partial<AccountEvent>) => Promise<MemberActionResult>;
}

type ReasonedWork = (work: MemberWork & { reason: string }) => Promise<MemberActionResult>;

export function memberAction(work: ReasonedWork) {
  return (context: MemberActionContext, action: MemberAction, userId: number) =>
    performAction(context, action, userId, work);
}

/**
 * Does something to a member's account, in one transaction. Whatever admins do to members goes through here: a
 * reason, which the audit row and the notice hold, an actor who is an active admin at this instant, and somebody
 * else's account.
 */
export async function performAction(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
  work: ReasonedWork,
): Promise<MemberActionResult> {
  const read = checkInput(form, action);
  if (!read.ok) return { ...read, problem: 'invalid' };
  const { reason } = read.values;
  return withMember(context, action, userId, (given) =>
    work({
      ...given,
      reason,
      record: (event) => given.record({ ...event, details: { ...event.details, reason } }),
    }),
  );
}

/** The same for what needs no reason: a note that is for admins alone. */
export async function withMember(
  context: MemberActionContext,
  { actor, client, form, look }: Omit<MemberAction, 'reason'>,
  userId: number,
  work: (work: MemberWork) => Promise<MemberActionResult>,
): Promise<MemberActionResult> {
  return inTransaction(context.db, async (trx) => {
    const admins = await lockAdminsFor(trx, actor);
    if (!admins) return { ok: false, problem: 'not-allowed' };
    if (actor.kind === 'member' && actor.id === userId) return { ok: false, problem: 'own-account' };
    const member = await lockUser(trx, userId);
    if (!member || (await isErased(trx, userId))) return { ok: false, problem: 'unknown' };
    await look?.(trx);
    const now = context.clock();
    // At one instant: what is mailed with a change of the address counts as mailed before it (see `putEmailBack`).
    const still = { ...context, clock: () => now };
    const record: MemberWork['record'] = async (event) => {
      const recorded = { user: member, actor, client, ...event };
      await recordAccountEvent(trx, still, recorded);
      return { ok: true, username: recorded.user.username };
    };
    return submitOnce(trx, now, form, () =>
      work({ context, trx, member, now, isLastAdmin: isLastAdmin(admins, userId), record }),
    );
  });
}

/**
 * Locks the active admins until the transaction ends: of two who demote or disable each other at the same instant
 * one stays, and who is no admin by then does nothing.
 *
 * @returns undefined when the actor is none of them, or is locked by "This wasn't me": then it may be somebody else
 */
export async function lockAdminsFor(
  trx: Transaction,
  actor: MemberAction['actor'],
): Promise<ActiveAdmin[] | undefined> {
  const admins = await lockActiveAdmins(trx);
  if (actor.kind === 'operator') return admins;
  return admins.some(({ id, lockedAt }) => id === actor.id && lockedAt === null) ? admins : undefined;
}
