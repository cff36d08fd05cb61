import { z } from 'zod';
import { emailField } from '../accounts/emails.ts';
import { recordAccountEvent } from '../accounts/events/account-events.ts';
import { tellOfNewAdmin } from '../accounts/events/new-admin-notices.ts';
import { addAccount, findTakenNames, typedNames, withUniqueNames } from '../accounts/new-account.ts';
import { queueResetLink } from '../accounts/password-reset/reset-links.ts';
import { usernameField } from '../accounts/usernames.ts';
import { NO_PASSWORD } from '../accounts/users.table.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { ROLES } from '../permissions.ts';
import { checkInput, type FieldErrors } from '../shared/validation.ts';
import { outcomeBefore, submitOnce } from '../web/submit-once.ts';
import { lockAdminsFor, type MemberAction, type MemberActionContext, reasonField } from './actions.ts';

export const TEXTS = {
  role: 'Choose one of the roles.',
};

export const roleField = z.enum(ROLES, { error: TEXTS.role });

const form = z.object({
  username: usernameField,
  email: emailField,
  role: roleField,
  reason: reasonField,
});

export type Creation =
  /** @property link the path at which the first password is chosen; mailed as well. Empty for a form that came again */
  | { ok: true; userId: number; username: string; link: string }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  | { ok: false; problem: 'not-allowed' };

/**
 * Makes an account for somebody and mails a link, good for 7 days, to choose its password: nobody else ever knows it.
 *
 * @param input the form: username, email, role
 * @returns all errors of the form at once, also of names that are taken
 */
export async function createMember(
  context: MemberActionContext,
  action: MemberAction,
  input: object,
): Promise<Creation> {
  const read = checkInput(form, { ...input, reason: action.reason });
  const found = await findTakenNames(context.db, typedNames(input));
  const errors = { ...found.errors, ...(read.ok ? {} : read.errors) };
  if (!read.ok || Object.keys(errors).length > 0) {
    // The names may be taken by the account that this very form made.
    const made = await outcomeBefore<Made>(context.db, action.form);
    return made ? { ...made, link: '' } : { ok: false, problem: 'invalid', errors };
  }
  return withUniqueNames(context.db, read.values, () =>
    inTransaction(context.db, (trx) => create(trx, context, action, read.values)),
  );
}

type Made = { ok: true; userId: number; username: string };

async function create(
  trx: Transaction,
  context: MemberActionContext,
  { actor, client, form: sent }: MemberAction,
  { username, email, role, reason }: z.output<typeof form>,
): Promise<Creation> {
  if (!(await lockAdminsFor(trx, actor))) return { ok: false, problem: 'not-allowed' };
  const now = context.clock();
  let link = '';
  const made = await submitOnce<Made>(trx, now, sent, async () => {
    const account = { username, email, role, passwordHash: NO_PASSWORD, createdAt: now, approvedAt: now };
    const user = await addAccount(trx, account);
    link = (await queueResetLink(trx, context, user, { kind: 'created', reason })) ?? '';
    if (role === 'admin') await tellOfNewAdmin(trx, context, { user, actor, client, reason });
    const details = { role, reason };
    await recordAccountEvent(trx, context, { action: 'account.created', user, actor, client, details });
    return { ok: true, userId: user.id, username };
  });
  return { ...made, link };
}
