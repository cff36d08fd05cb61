import { z } from 'zod';
import {
  endReplaced,
  findHolders,
  findOpenInvitations,
  findReservedAmong,
  insertInvitations,
} from '../accounts/invitations/invitations.table.ts';
import { INVITATION_LIFETIME, stateOf } from '../accounts/invitations/invitations.ts';
import { record } from '../audit/audit.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { Role } from '../permissions.ts';
import { checkInput, type FieldErrors } from '../shared/validation.ts';
import { submitOnce } from '../web/submit-once.ts';
import { lockAdminsFor, type MemberAction, type MemberActionContext, reasonField } from './actions.ts';
import {
  type AddressList,
  type ListedAddress,
  readAddressList,
  type UnreadableLine,
} from './address-list.ts';
import { roleField } from './creation.ts';

const MOST_INVITED = 10_000;

const counted = (count: number) => count.toLocaleString('en');

const TEXTS = {
  missing: 'Enter at least one e-mail address.',
  tooMany: `Invite at most ${counted(MOST_INVITED)} people at once. This list is longer: please send it in parts.`,
  wrong: (count: number) =>
    `${count === 1 ? 'One line' : `${counted(count)} lines`} cannot be used, so nobody was invited yet.`,
  noneLeft: 'None of these lines can be used.',
};

const form = z.object({ role: roleField, reason: reasonField });

const typed = z.object({
  addresses: z.string().catch(''),
  skip: z.literal('1').optional().catch(undefined),
});

/** A line of a list that invites nobody, and why. */
export type WrongLine =
  | UnreadableLine
  /** @property text the address */
  | { line: number; problem: 'member'; text: string; member: { id: number; username: string } }
  /** An account gave the address up a few days ago and can still take that back. */
  | { line: number; problem: 'reserved'; text: string };

export type InviteResult =
  | {
      ok: true;
      invited: number;
      /** How many of these had a link that worked until now. */
      renewed: number;
      /** How many addresses stood in the list before. */
      repeated: number;
      skipped: number;
    }
  /** @property wrong the lines that cannot be used @property usable how many people the others name */
  | { ok: false; problem: 'invalid'; errors: FieldErrors; wrong: WrongLine[]; usable: number }
  | { ok: false; problem: 'not-allowed' };

/**
 * Invites people by mail, one or a pasted list of up to 10,000, to an account with a role. All or nobody, unless it
 * is said that lines which cannot be used are left out. Who was invited before gets a new link, and the old one
 * dies. Links and mails are made a moment later, by `mailInvitations`.
 *
 * @param input the form: addresses, role, skip (`1`)
 * @returns all errors at once, those of the list by line
 */
export async function inviteByMail(
  context: MemberActionContext,
  action: MemberAction,
  input: object,
): Promise<InviteResult> {
  const read = checkInput(form, { ...input, reason: action.reason });
  const { addresses, skip } = typed.parse(input);
  const list = readAddressList(addresses, MOST_INVITED);

  return inTransaction(context.db, async (trx): Promise<InviteResult> => {
    if (!(await lockAdminsFor(trx, action.actor))) return { ok: false, problem: 'not-allowed' };
    return submitOnce<InviteResult>(trx, context.clock(), action.form, async () => {
      const { usable, wrong } = list.cut ? { usable: [], wrong: [] } : await sortOut(trx, list);
      const problem = list.cut ? TEXTS.tooMany : listProblem(usable.length, wrong.length, skip === '1');
      if (!read.ok || problem) {
        const errors = { ...(problem ? { addresses: problem } : {}), ...(read.ok ? {} : read.errors) };
        return { ok: false, problem: 'invalid', errors, wrong, usable: usable.length };
      }
      const renewed = await invite(trx, context.clock(), { ...action, ...read.values }, usable);
      const { repeated } = list;
      return { ok: true, invited: usable.length, renewed, repeated, skipped: wrong.length };
    });
  });
}

function listProblem(usable: number, wrong: number, skip: boolean): string | undefined {
  if (usable === 0) return wrong === 0 ? TEXTS.missing : TEXTS.noneLeft;
  return wrong > 0 && !skip ? TEXTS.wrong(wrong) : undefined;
}

/** Parts those who can be invited from the lines that cannot be used: also those whose address has an account. */
async function sortOut(
  trx: Transaction,
  { addresses, unreadable }: AddressList,
): Promise<{ usable: ListedAddress[]; wrong: WrongLine[] }> {
  const keys = addresses.map(({ key }) => key);
  const holders = new Map((await findHolders(trx, keys)).map(({ key, ...member }) => [key, member]));
  // In this order: an address moves from its account to those that are reserved, never back unseen.
  const reserved = new Set(await findReservedAmong(trx, keys));
  const usable: ListedAddress[] = [];
  const wrong: WrongLine[] = [...unreadable];
  for (const address of addresses) {
    const { line, email: text, key } = address;
    const member = holders.get(key);
    if (member) wrong.push({ line, problem: 'member', text, member });
    else if (reserved.has(key)) wrong.push({ line, problem: 'reserved', text });
    else usable.push(address);
  }
  return { usable, wrong: wrong.sort((one, other) => one.line - other.line) };
}

/** @returns how many had a link that worked until now */
async function invite(
  trx: Transaction,
  now: number,
  { actor, client, role, reason }: MemberAction & { role: Role },
  people: ListedAddress[],
): Promise<number> {
  const keys = people.map(({ key }) => key);
  const open = await findOpenInvitations(trx, keys);
  const ids = open.map(({ id }) => id);
  await endReplaced(trx, ids, now);
  const invitedBy = actor.kind === 'member' ? actor.id : null;
  const shared = { role, reason, invitedBy, createdAt: now, endsAt: now + INVITATION_LIFETIME };
  const invitations = people.map(({ email, key }) => ({ email, emailKey: key, ...shared }));
  await insertInvitations(trx, invitations);
  // Who was invited is not written down here: it is no account, and could not be erased from the log.
  const details = { count: people.length, role, reason };
  await record(trx, now, { action: 'invitations.made', actor, client, details });
  return open.filter((row) => stateOf(row, now) === 'open').length;
}
