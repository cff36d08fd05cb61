import type { SendMailOptions } from 'nodemailer';
import { Piscina } from 'piscina';
import { MINUTE, SECOND } from '../shared/clock.ts';
import type { MailTransport, OutgoingMail } from './transport.ts';

/** What the thread tells of an error of nodemailer's. */
export interface SmtpError {
  code?: string;
  /** What the system said, where `code` is nodemailer's. */
  originalCode?: string;
  /** The command that failed; `API` when it never got to the server. */
  command?: string;
  responseCode?: number;
  response?: string;
  permanent?: boolean;
}

/** Mails under way at once, each on a connection of its own that is kept for the next ones. */
const CONNECTIONS = 2;
/** The longest that one mail may take in all: a server that trickles its answers starts other limits anew each time. */
const SEND_LIMIT = 1 * MINUTE;
/** When there is no mail, connections end after a while, then the thread. */
const IDLE_CONNECTION = 1 * SECOND;
const IDLE_THREAD = 2 * SECOND;
/** Enough for the largest mail many times over; a thread takes what it may. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

/** The server shuts down (RFC 5321, 3.8). */
const CLOSING = 421;
/** The server wants a login first (RFC 4954, 6): a wrong setting, no fault of the recipient's. */
const LOGIN_WANTED = 530;

/**
 * Sends by SMTP, from a thread of its own. TLS as the URL says: `smtps://` from the start; `smtp://` by STARTTLS
 * where the server offers it, and `?requireTLS=true` makes that a must.
 */
export function createSmtpTransport(
  url: string,
  compose: (mail: OutgoingMail) => SendMailOptions,
): MailTransport {
  const smtp = {
    pool: true,
    maxConnections: CONNECTIONS,
    maxRequeues: 1,
    dnsTimeout: 10 * SECOND,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 15 * SECOND,
    socketTimeout: 30 * SECOND,
    idleTimeout: IDLE_CONNECTION,
    // What stands in the URL goes before what stands above.
    url,
  };
  const thread = new Piscina({
    filename: new URL('./smtp.worker.js', import.meta.url).href,
    workerData: { smtp, sendLimit: SEND_LIMIT },
    minThreads: 0,
    maxThreads: 1,
    concurrentTasksPerWorker: CONNECTIONS,
    idleTimeout: IDLE_THREAD,
    resourceLimits: THREAD_MEMORY,
    // Between tasks the thread must hear its connections.
    atomics: 'disabled',
    niceIncrement: 10,
    recordTiming: false,
  });

  async function attempt(mail: OutgoingMail): Promise<SmtpError | undefined> {
    try {
      return await thread.run(compose(mail), { name: 'send' });
    } catch {
      return { code: 'the thread that sends ended' };
    }
  }

  return {
    async send(mail) {
      const error = await attempt(mail);
      return error ? { ok: false, problem: problemOf(error), reason: smtpReason(error) } : { ok: true };
    },
    close: () => thread.destroy(),
  };
}

/** Only a refusal of the recipient or of the mail itself is final: all else can be a setting or a bad day. */
function problemOf({ code, command, responseCode, permanent }: SmtpError) {
  const aboutThisMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (!aboutThisMail || responseCode === CLOSING) return 'unreachable';
  if (command === 'API') return 'refused';
  const final = permanent && responseCode !== LOGIN_WANTED && (command === 'RCPT TO' || command === 'DATA');
  return final ? 'refused' : 'deferred';
}

/** Codes alone: what servers say in words often repeats the address. */
export function smtpReason({ code, originalCode, command, response = '' }: SmtpError): string {
  const reply = /^\d{3}([ -]\d\.\d{1,3}\.\d{1,3})?/.exec(response)?.[0];
  return [originalCode ?? code ?? 'unknown error', command, reply].filter(Boolean).join(' ');
}
