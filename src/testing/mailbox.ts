import type { Context } from '../context.ts';
import { decryptMail, type Mail } from '../mail/message.ts';

type Reading = Pick<Context, 'db' | 'encryptor'>;

/** The mails to an address that wait in the outbox, oldest first, as the sender would read them. */
export async function mailsTo({ db, encryptor }: Reading, address: string): Promise<Mail[]> {
  const rows: { message_id: string; encrypted_mail: string }[] = await db('outbox')
    .whereNotNull('encrypted_mail')
    .orderBy('id')
    .select('message_id', 'encrypted_mail');
  return rows
    .map((row) => decryptMail(encryptor, row.message_id, row.encrypted_mail))
    .filter((mail) => mail.to === address);
}

/** The newest mail to an address, of this subject where one is given. Throws when there is none. */
export async function lastMailTo(context: Reading, address: string, subject?: string): Promise<Mail> {
  const mails = await mailsTo(context, address);
  const mail = mails.findLast(({ message }) => subject === undefined || message.subject === subject);
  if (!mail) {
    const subjects = mails.map(({ message }) => message.subject);
    throw new Error(`No mail ${subject ?? ''} to ${address}; there are: ${subjects.join(', ') || 'none'}.`);
  }
  return mail;
}

/** Where a mail's button leads. Throws when it has none. */
export function actionPath({ message }: Mail): string {
  if (!message.action) throw new Error(`The mail "${message.subject}" has no action.`);
  return message.action.path;
}

/** Where a mail's "This wasn't me" leads. Throws when it has none. */
export function alarmPath({ message }: Mail): string {
  if (!message.alarm) throw new Error(`The mail "${message.subject}" has no alarm.`);
  return message.alarm.path;
}
