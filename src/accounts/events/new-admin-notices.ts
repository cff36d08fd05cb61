import type { Actor, AuditClient } from '../../audit/audit.ts';
import type { Transaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import type { AccountContext } from '../account-context.ts';
import { listActiveAdmins, type NamedAdmin } from '../users.table.ts';
import { eventFacts } from './account-events.ts';
import { formatReason } from './events.ts';

export const TEXTS = {
  subject: (name: string) => `${name} is now an administrator`,
  text: (name: string, email: string, store: string) =>
    `${name} (${email}) is now an administrator of ${store}.`,
  check: 'If you and the other administrators did not agree on this, change the role back now.',
  label: 'Check the account',
  who: 'Done by',
  how: 'How',
  terminal: (name: string) => `${name}, at the terminal`,
  unknownTerminal: 'Somebody at the terminal',
  ways: { page: 'Back office', terminal: 'Terminal', invitation: 'Invitation' },
  api: (token: string) => `API, ${token}`,
};

interface NewAdmin {
  user: { id: number; username: string; email: string };
  /** Who made them one; of an invitation, who sent it. */
  actor: Extract<Actor, { kind: 'member' | 'operator' }> | undefined;
  client?: AuditClient | undefined;
  reason: string;
  byInvitation?: boolean;
}

/**
 * Tells every other administrator by mail that there is a new one: whom, when, by whom, how and why. In the transaction that
 * makes them one, and before the audit row, which says the same. No budget, and no look at whether an address was confirmed:
 * no stranger can cause this mail, and whoever takes the store over must not go unseen.
 */
export async function tellOfNewAdmin(
  trx: Transaction,
  { clock, mailer, config, settings }: Pick<AccountContext, 'clock' | 'mailer' | 'config' | 'settings'>,
  { user, actor, client, reason, byInvitation = false }: NewAdmin,
): Promise<void> {
  const admins = await listActiveAdmins(trx);
  const facts = [
    ...eventFacts(clock(), config.storeLocale, client),
    { label: TEXTS.who, value: whoIs(actor, admins) },
    { label: TEXTS.how, value: byInvitation ? TEXTS.ways.invitation : wordOf(actor, client) },
  ];
  for (const { id, username, email } of admins) {
    if (id === user.id) continue;
    await mailer.queue(trx, {
      to: email,
      userId: id,
      budget: 'unlimited',
      message: {
        subject: TEXTS.subject(user.username),
        name: username,
        paragraphs: [
          TEXTS.text(user.username, user.email, settings.storeName),
          formatReason(reason),
          TEXTS.check,
        ],
        facts,
        action: { label: TEXTS.label, path: paths.adminMember(user.id) },
      },
    });
  }
}

function whoIs(actor: NewAdmin['actor'], admins: NamedAdmin[]): string {
  if (actor?.kind === 'operator') return TEXTS.terminal(actor.name);
  return admins.find(({ id }) => id === actor?.id)?.username ?? TEXTS.unknownTerminal;
}

function wordOf(actor: NewAdmin['actor'], client: AuditClient | undefined): string {
  if (actor?.kind === 'operator') return TEXTS.ways.terminal;
  return client?.token ? TEXTS.api(client.token) : TEXTS.ways.page;
}
