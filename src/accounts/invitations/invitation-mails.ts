import { record } from '../../audit/audit.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { countMailsDue } from '../../mail/outbox.table.ts';
import { paths } from '../../paths.ts';
import type { Role } from '../../permissions.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext } from '../account-context.ts';
import { formatReason } from '../events/events.ts';
import { type InvitationRow, listMailsDue, takeMailDue, withdrawUnmailed } from './invitations.table.ts';
import { INVITATION_LIFETIME, isBacked } from './invitations.ts';

export const TEXTS = {
  subject: (store: string) => `You are invited to ${store}`,
  text: {
    user: (store: string) => `${store} invites you to become a member.`,
    moderator: (store: string) => `${store} invites you to work with it as a moderator.`,
    admin: (store: string) => `${store} invites you to run it as an administrator.`,
  } satisfies Record<Role, (store: string) => string>,
  once: 'The link works once, within 7 days.',
  label: 'Accept the invitation',
  stranger: 'If you do not know who may have invited you, do nothing, and nothing happens.',
};

/** How many are written in one go, and how many mails may wait in the outbox: others must not wait behind thousands. */
const BATCH = 50;

type MailingContext = Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'settings'>;

/**
 * Writes the mails of new invitations, 50 at a time and only while fewer than that wait to be sent. Each link is made
 * here: the database never holds it. An invitation is taken in the transaction of its mail: of several processes one
 * writes it, and one that is killed leaves it to the next. What somebody invited who may not do so any more is
 * withdrawn instead.
 */
export async function mailInvitations(context: MailingContext): Promise<void> {
  const { db, clock } = context;
  const due = await listMailsDue(db, BATCH);
  if (due.length === 0) return;
  const room = Math.max(0, BATCH - (await countMailsDue(db, clock())));
  const backed = due.filter(isBacked);
  const unbacked = due.flatMap((invitation) => (isBacked(invitation) ? [] : (invitation.invitedBy ?? [])));
  await inTransaction(db, async (trx) => {
    for (const invitation of backed.slice(0, room)) await write(trx, context, invitation);
    await withdrawRest(trx, clock(), [...new Set(unbacked)]);
  });
}

async function write(
  trx: Transaction,
  { clock, mailer, settings }: MailingContext,
  { id, email, role, reason }: InvitationRow,
): Promise<void> {
  const token = makeToken();
  const link = { tokenHash: hashToken(token), endsAt: clock() + INVITATION_LIFETIME };
  if (!(await takeMailDue(trx, id, link))) return;
  const { storeName } = settings;
  await mailer.queue(trx, {
    to: email,
    budget: 'unlimited',
    message: {
      subject: TEXTS.subject(storeName),
      // What the store was told of the person's name would be the words of whoever pasted it.
      name: email,
      paragraphs: [TEXTS.text[role](storeName), formatReason(reason), TEXTS.once],
      action: { label: TEXTS.label, path: paths.invitation(token) },
      closing: [TEXTS.stranger],
    },
  });
}

async function withdrawRest(trx: Transaction, now: number, inviters: number[]): Promise<void> {
  let count = 0;
  for (const inviter of inviters) count += await withdrawUnmailed(trx, inviter, now);
  if (count === 0) return;
  const event = { action: 'invitations.withdrawn', actor: { kind: 'system' }, details: { count } } as const;
  await record(trx, now, event);
}
