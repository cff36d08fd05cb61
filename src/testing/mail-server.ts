import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** What a mail server does with the mails to come. */
export type Behaviour =
  | 'accept'
  /** Takes a mail in and never says so. */
  | 'hang'
  /** Answers the recipient with this code: 450 for "not now", 550 for "never". */
  | { recipient: number };

/** A real mail server that keeps what it takes. */
export interface MailServer {
  /** For SMTP_URL. */
  url: string;
  behaviour: Behaviour;
  /** The mails that it took, oldest first. */
  mails: Email[];
  /** Whom their envelopes named, in the same order. */
  recipients: string[][];
  /** Nobody listens any more, and open connections end. */
  goDown: () => Promise<void>;
  /** Listens again, on the same port. */
  comeUp: () => Promise<void>;
}

/** Starts a mail server on a free port. Whoever starts it takes it down. */
export async function startMailServer(): Promise<MailServer> {
  let smtp = createSmtpServer();

  function createSmtpServer(): SMTPServer {
    const created = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1,
      onRcptTo({ address }, _session, done) {
        const { behaviour } = server;
        if (typeof behaviour !== 'object') return done();
        // As servers do, it repeats the address.
        done(Object.assign(new Error(`<${address}> refused`), { responseCode: behaviour.recipient }));
      },
      async onData(stream, session, done) {
        // A sender that dies in the middle is nobody's fault here.
        const raw = await text(stream).catch(() => undefined);
        if (raw === undefined) return done(new Error('cut off'));
        if (server.behaviour === 'hang') return;
        server.mails.push(await PostalMime.parse(raw));
        server.recipients.push(session.envelope.rcptTo.map(({ address }) => address));
        done();
      },
    });
    // Connections that are cut.
    created.on('error', () => undefined);
    return created;
  }

  async function listen(port: number): Promise<number> {
    await once(smtp.listen(port, '127.0.0.1'), 'listening');
    return (smtp.server.address() as AddressInfo).port;
  }

  const server: MailServer = {
    url: '',
    behaviour: 'accept',
    mails: [],
    recipients: [],
    goDown: () => new Promise((resolve) => smtp.close(() => resolve())),
    async comeUp() {
      smtp = createSmtpServer();
      await listen(Number(new URL(server.url).port));
    },
  };
  server.url = `smtp://127.0.0.1:${await listen(0)}`;
  return server;
}
