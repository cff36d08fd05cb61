import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../database/connection.ts';
import { type Clock, DAY, HOUR, MINUTE, SECOND } from '../shared/clock.ts';
import type { Encryptor } from '../shared/crypto/encryption.ts';
import { decryptMail } from './message.ts';
import {
  type Claim,
  claimMail,
  type DueMail,
  findDueMails,
  giveUpMail,
  giveUpOldMails,
  markSent,
  postponeMail,
} from './outbox.table.ts';
import type { MessageRenderer } from './render-message.ts';
import type { MailTransport, OutgoingMail, Sending } from './transport.ts';

interface SenderOptions {
  db: Database;
  encryptor: Encryptor;
  clock: Clock;
  logger: Logger;
  render: MessageRenderer;
  transport: MailTransport;
  /** Is told what became of each mail that was tried; of several at once when they were given up together. */
  count?: ((outcome: MailOutcome, mails: number) => void) | undefined;
}

/** Postponed mails are tried again. */
export const MAIL_OUTCOMES = ['sent', 'postponed', 'given_up'] as const;
export type MailOutcome = (typeof MAIL_OUTCOMES)[number];

const BATCH = 20;
/** Few at once, each followed by a pause, so that pages come first: mails can wait. */
const AT_ONCE = 2;
const SEND_INTERVAL = 25;
/** How long a sender has a mail to itself: longer than sending can take. */
export const LEASE = 3 * MINUTE;
/** How long the sender waits when no mail gets out. */
const BACKOFF = 30 * SECOND;
const FIRST_PAUSE = 1 * MINUTE;
const LONGEST_PAUSE = 2 * HOUR;
/** How old a mail gets before a failure is the last one. */
const GIVE_UP_AFTER = 1 * DAY;
const CLOSE_TIMEOUT = 5 * SECOND;

/** Sends what is in the outbox. */
export function createSender(options: SenderOptions) {
  const { db, encryptor, clock, logger, render, transport, count } = options;
  const rounds = new Set<Promise<void>>();
  let closing = false;
  /** Until when no mail gets out, as far as is known; 0 when they do. */
  let backOffUntil = 0;

  /** A wait that seems longer than it is was begun before the clock was set back. */
  const isBackingOff = () => clock() < backOffUntil && backOffUntil - clock() <= BACKOFF;
  const mayGoOn = () => !closing && !isBackingOff();

  async function deliverAll(): Promise<void> {
    let batch: DueMail[];
    do {
      if (!mayGoOn()) return;
      batch = await findDueMails(db, clock(), BATCH);
      const waiting = batch.values();
      await Promise.all(Array.from({ length: AT_ONCE }, () => deliverEach(waiting)));
    } while (batch.length === BATCH);
  }

  async function deliverEach(waiting: Iterable<DueMail>): Promise<void> {
    for (const mail of waiting) {
      if (!mayGoOn()) return;
      const claim = await claimMail(db, mail, clock() + LEASE);
      if (!claim) continue;
      await deliver(mail, claim);
      await sleep(SEND_INTERVAL);
    }
  }

  async function deliver(mail: DueMail, claim: Claim): Promise<void> {
    const outcome = await attempt(mail);
    if (outcome.ok) {
      if (backOffUntil > 0) logger.info('mails get out again');
      backOffUntil = 0;
      count?.('sent', 1);
      return markSent(db, mail.id, clock());
    }
    // Cut off: it may have arrived or not. Whoever runs when the claim is over sends it again.
    if (closing) return;
    await settleFailure(mail, claim, outcome);
    if (outcome.problem === 'unreachable') await backOff(outcome.reason);
  }

  async function attempt({ id, messageId, encryptedMail, createdAt }: DueMail): Promise<Sending> {
    let outgoing: OutgoingMail;
    try {
      const { to, message } = decryptMail(encryptor, messageId, encryptedMail);
      outgoing = { messageId, to, createdAt, ...render(message) };
    } catch (error) {
      // Another SECRET_KEY, or a mail of another version of the store: both can be put right within the day.
      logger.warn({ err: error, mail: id }, 'a mail cannot be opened');
      return { ok: false, problem: 'deferred', reason: 'it cannot be opened' };
    }
    return transport.send(outgoing);
  }

  async function settleFailure(mail: DueMail, claim: Claim, failure: Failure): Promise<void> {
    const now = clock();
    const attempts = mail.attempts + 1;
    const { problem, reason } = failure;
    const about = { mail: mail.id, userId: mail.userId, attempts, reason };
    const lastChance = mail.createdAt + GIVE_UP_AFTER;
    if (problem === 'refused' || now >= lastChance) {
      await giveUpMail(db, claim, now, reason);
      count?.('given_up', 1);
      logger.error(about, 'a mail was given up');
      return;
    }
    await postponeMail(db, claim, Math.min(now + pauseAfter(attempts), lastChance), reason);
    count?.('postponed', 1);
    if (problem === 'deferred') logger.warn(about, 'a mail could not be sent yet');
  }

  /** Stops trying for a while: each mail would fail in its turn, after as long as a server that hangs takes. */
  async function backOff(reason: string): Promise<void> {
    const now = clock();
    if (backOffUntil === 0) logger.warn({ reason }, 'no mail gets out');
    backOffUntil = now + BACKOFF;
    const mails = await giveUpOldMails(db, now - GIVE_UP_AFTER, now, reason);
    count?.('given_up', mails);
    if (mails > 0) logger.error({ mails, reason }, 'mails were given up');
  }

  return {
    /**
     * Sends every mail whose time has come, and comes back when none is left or no mail gets out at the moment. Any
     * number of processes may do so at once: a mail is claimed by one of them.
     */
    async deliverDue(): Promise<void> {
      const round = deliverAll();
      rounds.add(round);
      try {
        await round;
      } finally {
        rounds.delete(round);
      }
    },

    /**
     * Takes on no more mails and waits a few seconds for those under way. What is cut off then is sent again when
     * its claim has run out, by whichever process runs then.
     */
    async close(): Promise<void> {
      closing = true;
      const done = Promise.allSettled(rounds);
      await Promise.race([done, sleep(CLOSE_TIMEOUT, undefined, { ref: false })]);
      await transport.close();
      await done;
    },
  };
}

type Failure = Extract<Sending, { ok: false }>;

/** Twice as long after each attempt, and a little less by chance, so that what failed together is not tried together. */
function pauseAfter(attempts: number): number {
  const pause = Math.min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE);
  return Math.round(pause * (1 - Math.random() / 5));
}
