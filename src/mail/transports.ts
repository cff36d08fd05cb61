import { composeMail, type MailIdentity } from './compose-mail.ts';
import { createFolderTransport, type MailFolder } from './mail-folder.ts';
import { createSmtpTransport } from './smtp-transport.ts';
import type { MailTransport, OutgoingMail } from './transport.ts';

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
