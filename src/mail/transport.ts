/** A mail as it goes out. */
export interface OutgoingMail {
  /** Of its row in the outbox; the Message-ID is made from it. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** When it was written, in UTC milliseconds. */
  createdAt: number;
}

/** How an attempt to send ended. */
export type Sending =
  | { ok: true }
  | {
      ok: false;
      /**
       * `refused`: nobody takes this mail, today or ever; `deferred`: nobody takes it now; `unreachable`: no mail
       * whatever gets out now.
       */
      problem: 'refused' | 'deferred' | 'unreachable';
      /** A few words for the log and the outbox: no address, and nothing that a mail says. */
      reason: string;
    };

/** A way on which mails leave the store. */
export interface MailTransport {
  /** Sends one mail, within a minute or not at all. What a mail server does is an outcome, never an exception. */
  send: (mail: OutgoingMail) => Promise<Sending>;
  /** Ends its connections; a mail that is under way fails. */
  close: () => Promise<void>;
}
