import { mailInvitations } from './accounts/inviting/invitation-mails.ts';
import { eraseClosedAccounts } from './accounts/leaving/erasing.ts';
import { answerResetRequests } from './accounts/recovery/reset-requests.ts';
import { MINUTE, SECOND } from './clock.ts';
import type { Context } from './context.ts';
import { sweep } from './sweeping.ts';

/** Something that the server does by itself, beside answering requests. */
interface Job {
  name: string;
  /** How long after one round the next begins, in milliseconds. */
  every: number;
  run: (context: Context) => Promise<void>;
}

/** Each process of a store runs all of them, so each must stand others that do the same at the same time. */
const JOBS: Job[] = [
  { name: 'mail', every: 1 * SECOND, run: ({ sender }) => sender.deliverDue() },
  { name: 'reset-requests', every: 1 * SECOND, run: answerResetRequests },
  { name: 'invitations', every: 1 * SECOND, run: mailInvitations },
  { name: 'erasing', every: 10 * MINUTE, run: eraseClosedAccounts },
  { name: 'sweep', every: 10 * MINUTE, run: sweep },
];

/**
 * Starts every job, now and then again and again. A round that fails is logged, the first of a row alone, and the
 * next one tries again.
 *
 * @returns stops them and waits for the rounds that are under way, for mails a few seconds at most
 */
export function startBackground(context: Context): () => Promise<void> {
  const stops = JOBS.map((job) => startJob(job, context));
  return async () => {
    const stopped = stops.map((stop) => stop());
    await context.sender.close();
    await Promise.all(stopped);
  };
}

function startJob({ name, every, run }: Job, context: Context): () => Promise<void> {
  let stopped = false;
  let failing = false;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();

  async function runOnce(): Promise<void> {
    try {
      await context.settings.refresh();
      await run(context);
      if (failing) context.logger.info({ job: name }, 'background job works again');
      failing = false;
    } catch (error) {
      if (!failing) context.logger.warn({ err: error, job: name }, 'background job failed');
      failing = true;
    }
    if (!stopped) timer = setTimeout(next, every);
  }

  function next(): void {
    round = runOnce();
  }

  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
    return round;
  };
}
