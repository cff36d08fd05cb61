import { z } from 'zod';
import { foldCase } from '../../database/fold-case.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { mailboxOf } from '../../mail/message.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { checkInput, type InvalidForm } from '../../shared/validation.ts';
import { outcomeBefore, type SubmittedForm, submitOnce } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { findKnownBrowser } from '../credentials/known-browsers.table.ts';
import { emailField } from '../emails.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { findByEmail, lockUser } from '../users.table.ts';
import { queueResetLink } from './reset-links.ts';
import {
  insertResetRequest,
  listResetRequests,
  type ResetRequest,
  takeResetRequest,
} from './reset-requests.table.ts';

/** How many requests are answered in one go. */
const BATCH = 100;

const form = z.object({ email: emailField });

type AnswerContext = Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'config' | 'settings'>;

/**
 * Takes a request for a reset link. Nobody looks here whether there is such an account: known and unknown addresses
 * do the same work and get the same answer in the same time (OWASP ASVS 5.0, 6.3.8). What is to be mailed is found
 * out a moment later, by `answerResetRequests`.
 *
 * @param input the form: email
 * @param sent the page's form: one that is sent twice is one request
 * @returns refused to a network that asks more than 20 times an hour; of what it asks more than three times an hour for
 *   one mailbox nothing becomes, and nobody is told
 */
export async function requestReset(
  context: Pick<AccountContext, 'db' | 'clock' | 'throttles'>,
  input: unknown,
  client: ClientInfo,
  sent?: SubmittedForm,
): Promise<{ ok: true } | InvalidForm | Throttled> {
  const read = checkInput(form, input);
  if (!read.ok) return { ...read, problem: 'invalid' };

  const { db, clock, throttles } = context;
  // A double click takes one place.
  const before = await outcomeBefore<{ ok: true }>(db, sent);
  if (before) return before;
  const retryAfter = await throttles.resets.take(client.network);
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };

  const emailKey = foldCase(read.values.email);
  if ((await throttles.resetMails.take(`${mailboxOf(emailKey)} ${client.network}`)) > 0) return { ok: true };
  const { address, userAgent, browserToken } = client;
  const browserHash = browserToken ? hashToken(browserToken) : null;
  const request = { emailKey, createdAt: clock(), address, userAgent, browserHash };
  return inTransaction(db, (trx) =>
    submitOnce(trx, request.createdAt, sent, async () => {
      await insertResetRequest(trx, request);
      return { ok: true };
    }),
  );
}

/**
 * Mails the links that were asked for, to those who have an account. A request is deleted in the transaction of its
 * answer: of several processes one answers it, and one that is killed leaves it to the next.
 */
export async function answerResetRequests(context: AnswerContext): Promise<void> {
  for (const request of await listResetRequests(context.db, BATCH)) {
    await inTransaction(context.db, (trx) => answer(trx, context, request));
  }
}

async function answer(trx: Transaction, context: AnswerContext, request: ResetRequest): Promise<void> {
  if (!(await takeResetRequest(trx, request.id))) return;
  const found = await findByEmail(trx, request.emailKey);
  const user = found && (await lockUser(trx, found.id));
  if (!user || foldCase(user.email) !== request.emailKey) return;
  if (user.disabledAt !== null || user.closingAt !== null) return;
  // Nobody else has the secret of a browser that the account knows: its member's mails are not for strangers to use up.
  const { browserHash, address, userAgent } = request;
  const isOwn = browserHash && (await findKnownBrowser(trx, browserHash, user.id, context.clock()));
  const budget = isOwn ? 'unlimited' : 'reset';
  if (!(await queueResetLink(trx, context, user, { kind: 'asked', ...request }, budget))) return;
  const event = { action: 'password.reset-requested', actor: { kind: 'guest' } } as const;
  await recordAccountEvent(trx, context, { ...event, user, client: { address, userAgent } });
}
