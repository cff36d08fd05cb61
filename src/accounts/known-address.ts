import { record } from '../audit/audit.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Message } from '../mail/message.ts';
import { paths } from '../paths.ts';
import { type SubmittedForm, submitOnce } from '../web/submit-once.ts';
import type { AccountContext, ClientInfo } from './account-context.ts';
import { findByEmail, type User } from './users.table.ts';

export const TEXTS = {
  subject: 'You already have an account here',
  registered: (store: string) =>
    `Somebody registered at ${store} with this email address. You already have an account there, so we didn’t create another one.`,
  wanted: (store: string) =>
    `Somebody asked to use this email address for another account at ${store}. It already belongs to your account, so we changed nothing.`,
  label: 'Log in',
  forgotten: 'If you have forgotten your password, choose a new one.',
  forgottenLabel: 'Reset your password',
  stranger: 'If this wasn’t you, you can ignore this email.',
};

/**
 * Mails to an address that somebody registered with that it has an account already, once for a form and as often as the
 * budget lets, and writes it into the member's activity. Whoever registered is answered as if the address were new.
 *
 * @param sent what the form is known by when it comes again
 */
export async function tellOfKnownAddress(
  context: AccountContext,
  email: string,
  client: ClientInfo,
  sent?: SubmittedForm,
): Promise<void> {
  const { db, clock, mailer } = context;
  await inTransaction(db, (trx) =>
    submitOnce(trx, clock(), sent, async () => {
      // Not to the address as typed: another spelling of it may be somebody else's mailbox. Nobody has one that is reserved.
      const owner = await findByEmail(trx, email);
      if (!owner) return { ok: true };
      const message = knownAddressMessage(context, owner, 'registered');
      const mail = { to: owner.email, userId: owner.id, budget: 'verification', message } as const;
      if ((await mailer.queue(trx, mail)) > 0) return { ok: true };
      const event = { action: 'account.registered-again', actor: { kind: 'guest' } } as const;
      await record(trx, clock(), { ...event, subjectId: owner.id, client });
      return { ok: true };
    }),
  );
}

/**
 * Tells the member of an account that somebody else typed its address.
 *
 * @param why registered with it, or wanted it for another account
 */
export function knownAddressMessage(
  { settings }: Pick<AccountContext, 'settings'>,
  owner: Pick<User, 'username'>,
  why: 'registered' | 'wanted',
): Message {
  return {
    subject: TEXTS.subject,
    name: owner.username,
    paragraphs: [TEXTS[why](settings.storeName)],
    action: { label: TEXTS.label, path: paths.login() },
    alarm: { text: TEXTS.forgotten, label: TEXTS.forgottenLabel, path: paths.forgotPassword() },
    closing: [TEXTS.stranger],
  };
}
