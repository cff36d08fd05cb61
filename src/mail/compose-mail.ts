import type { SendMailOptions } from 'nodemailer';
import type { StoreSettings } from '../settings/store-settings.ts';
import type { OutgoingMail } from './transport.ts';

/** Who the mails are from, and the host that is part of each Message-ID. */
export interface MailIdentity {
  /** An address, or a name and an address. */
  readonly mailFrom: string;
  publicUrl: URL;
}

/** MAIL_FROM, or else the store by its present name at the host of PUBLIC_URL. */
export function mailIdentity(
  { mailFrom, publicUrl }: { mailFrom: string | undefined; publicUrl: URL },
  settings: Pick<StoreSettings, 'storeName'>,
): MailIdentity {
  return {
    publicUrl,
    get mailFrom() {
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
