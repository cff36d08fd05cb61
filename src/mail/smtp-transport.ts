import { createTransport, type SendMailOptions } from 'nodemailer';
import { MINUTE, SECOND } from '../clock.ts';
import type { MailTransport, OutgoingMail, Sending } from './transport.ts';

/** The longest that one mail may take in all: a server that trickles its answers keeps no timeout from starting anew. */
export const SEND_LIMIT = 1 * MINUTE;

/** What is known of an error of nodemailer's. */
interface SmtpError extends Error {
  code?: string;
  /** What the system said, where `code` is nodemailer's. */
  originalCode?: string;
  /** The command that failed; `API` when it never got to the server. */
  command?: string;
  responseCode?: number;
  response?: string;
  permanent?: boolean;
}

/** The server shuts down (RFC 5321, 3.8). */
const CLOSING = 421;
/** The server wants a login first (RFC 4954, 6): a wrong setting, no fault of the recipient's. */
const LOGIN_WANTED = 530;

/**
 * Sends by SMTP over at most two connections that are kept for the next mails. TLS as the URL says: `smtps://`
 * from the start; `smtp://` by STARTTLS where the server offers it, `?requireTLS=true` makes it a must.
 */
export function createSmtpTransport(
  url: string,
  compose: (mail: OutgoingMail) => SendMailOptions,
): MailTransport {
  const pool = createTransport({
    pool: true,
    maxConnections: 2,
    maxRequeues: 1,
    dnsTimeout: 10 * SECOND,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 15 * SECOND,
    socketTimeout: 30 * SECOND,
    idleTimeout: 30 * SECOND,
    // What stands in the URL goes before what stands above.
    url,
  });
  return {
    async send(mail) {
      try {
        await pool.sendMail({ ...compose(mail), signal: AbortSignal.timeout(SEND_LIMIT) });
        return { ok: true };
      } catch (error) {
        return { ok: false, problem: problemOf(error as SmtpError), reason: reasonOf(error as SmtpError) };
      }
    },
    close: () => pool.close({ force: true }),
  };
}

/** Only a refusal of the recipient or of the mail itself is final: all else can be a setting or a bad day. */
function problemOf({ code, command, responseCode, permanent }: SmtpError): ProblemOfSending {
  const aboutThisMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (!aboutThisMail || responseCode === CLOSING) return 'unreachable';
  if (command === 'API') return 'refused';
  const final = permanent && responseCode !== LOGIN_WANTED && (command === 'RCPT TO' || command === 'DATA');
  return final ? 'refused' : 'deferred';
}

type ProblemOfSending = Extract<Sending, { ok: false }>['problem'];

/** Codes alone: what servers say in words often repeats the address. */
function reasonOf({ code, originalCode, command, response = '' }: SmtpError): string {
  const reply = /^\d{3}([ -]\d\.\d{1,3}\.\d{1,3})?/.exec(response)?.[0];
  return [originalCode ?? code ?? 'unknown error', command, reply].filter(Boolean).join(' ');
}
