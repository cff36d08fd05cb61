import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import type { Config } from '../../config/config.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';
import { type SmtpError, smtpReason } from '../../mail/smtp-transport.ts';
import { SECOND } from '../../shared/clock.ts';
import { isLoopback } from '../../shared/networks.ts';

const { ok, warning, failure } = findingsOf('mail');

const TEXTS = {
  noServer: 'SMTP_URL is not set: no mail is sent.',
  setServer: 'Set SMTP_URL to a mail server: smtps://name:password@mail.example.org',
  folder:
    'SMTP_URL is not set: mails are written to DATA_DIR/outbox and shown at /dev/outbox, to this machine and to administrators.',
  answers: 'The mail server takes mails.',
  fails: (reason: string) => `The mail server does not take mails (${reason}).`,
  checkAddress: 'Check SMTP_URL: the host, the port, and whether a firewall is in between.',
  checkLogin:
    'Check the name and the password in SMTP_URL; characters such as @ and / are written as %40 and %2F.',
  late: 'no answer in 10 seconds',
  plain:
    'Mails may leave unencrypted: whoever is in between can strip the encryption that the server offers.',
  plainAdvice: 'Write smtps:// in SMTP_URL, or add ?requireTLS=true to it.',
};

const LIMIT = 10 * SECOND;

/** Asks the mail server for a connection and a login, and sends nothing. */
export async function checkMailServer(
  { smtpUrl, production }: Pick<Config, 'smtpUrl' | 'production'>,
  limit = LIMIT,
): Promise<Finding[]> {
  if (!smtpUrl)
    return [production ? failure(TEXTS.noServer, TEXTS.setServer) : warning(TEXTS.folder, TEXTS.setServer)];
  const problem = await problemOf(smtpUrl, limit);
  return [
    ...(isStrippable(smtpUrl) ? [warning(TEXTS.plain, TEXTS.plainAdvice)] : []),
    problem ?? ok(TEXTS.answers),
  ];
}

async function problemOf(url: string, limit: number): Promise<Finding | undefined> {
  const limits = {
    dnsTimeout: limit,
    connectionTimeout: limit,
    greetingTimeout: limit,
    socketTimeout: limit,
  };
  const transport = createTransport({ ...limits, url });
  try {
    const outcome = await Promise.race([transport.verify(), sleep(limit, 'late' as const, { ref: false })]);
    return outcome === 'late' ? failure(TEXTS.fails(TEXTS.late), TEXTS.checkAddress) : undefined;
  } catch (error) {
    const smtpError = error as SmtpError;
    const advice = smtpError.code === 'EAUTH' ? TEXTS.checkLogin : TEXTS.checkAddress;
    return failure(TEXTS.fails(smtpReason(smtpError)), advice);
  } finally {
    transport.close();
  }
}

/** Whether mails go to another machine with encryption only if that is offered (RFC 8314, 3). */
export function isStrippable(smtpUrl: string): boolean {
  const { protocol, hostname, searchParams } = new URL(smtpUrl);
  return protocol === 'smtp:' && searchParams.get('requireTLS') !== 'true' && !isLoopback(hostname);
}
