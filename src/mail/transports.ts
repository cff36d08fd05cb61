import type { SendMailOptions } from 'nodemailer';
import type { StoreSettings } from '../settings/store-settings.ts';
import { createFolderTransport, type MailFolder } from './mail-folder.ts';
import { createSmtpTransport } from './smtp-transport.ts';
import type { MailTransport, OutgoingMail } from './transport.ts';

type MailIdentity = ReturnType<typeof mailIdentity>;

/** Whom mails are from: MAIL_FROM, or else the store by its present name at the host of PUBLIC_URL. */
export function mailIdentity(
  { mailFrom, publicUrl }: { mailFrom: string | undefined; publicUrl: URL },
  settings: Pick<StoreSettings, 'storeName'>,
) {
  return {
    /** Its host is part of each Message-ID. */
    publicUrl,
    /** An address, or a name and an address. */
    get mailFrom(): string {
      return mailFrom ?? `${settings.storeName.replaceAll(/[<>"\r\n]/g, '')} <store@${publicUrl.hostname}>`;
    },
  };
}

/**
 * Makes what nodemailer sends. Addresses are given as objects, never as text: in text a comma would begin one more
 * recipient. Message-ID and date come from the outbox's row, so a mail that was sent again because the process died
 * in between is the same mail, and mailboxes that look at the Message-ID keep one.
 */
export function composeMail(mail: OutgoingMail, { mailFrom, publicUrl }: MailIdentity): SendMailOptions {
  const [, name = '', address = mailFrom] = /^([^<]*)<([^<>]+)>$/.exec(mailFrom) ?? [];
  return {
    from: { name: name.trim(), address },
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    date: new Date(mail.createdAt),
    messageId: `<${mail.messageId}@${publicUrl.hostname}>`,
    // Asks machines not to answer (RFC 3834, 5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * Chooses how mails leave the store: by SMTP where SMTP_URL is set, else into a folder where there is one, else
 * not at all. Then they wait in the outbox for somebody to set SMTP_URL, and are given up after a day.
 */
export function createMailTransport(
  smtpUrl: string | undefined,
  identity: MailIdentity,
  folder: MailFolder | undefined,
): MailTransport {
  const compose = (mail: OutgoingMail) => composeMail(mail, identity);
  if (smtpUrl) return createSmtpTransport(smtpUrl, compose);
  if (folder) return createFolderTransport(folder, compose);
  return {
    send: async () => ({ ok: false, problem: 'unreachable', reason: 'SMTP_URL is not set' }),
    close: async () => undefined,
  };
}
