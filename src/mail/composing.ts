import type { SendMailOptions } from 'nodemailer';
import type { OutgoingMail } from './transport.ts';

/** Who the mails are from: MAIL_FROM, and the host that is part of each Message-ID. */
export interface MailIdentity {
  mailFrom: string;
  publicUrl: URL;
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
