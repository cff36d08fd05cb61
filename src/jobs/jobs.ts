import { eraseClosedAccounts } from '../accounts/closure/closure.ts';
import { tellGathered } from '../accounts/events/gathered-events.ts';
import { mailInvitations } from '../accounts/invitations/invitation-mails.ts';
import { watchForLoginAttacks } from '../accounts/login/login-attacks.ts';
import { answerResetRequests } from '../accounts/password-reset/reset-requests.ts';
import { linkAudit } from '../audit/audit-chain.ts';
import type { Context } from '../context.ts';
import { retryConflicts } from '../database/transaction.ts';
import { deleteExpired } from '../features/declared-rows.table.ts';
import { MINUTE, SECOND } from '../shared/clock.ts';
import { BACKGROUND, createLease, HEARTBEAT_INTERVAL, type Lease } from './lease.ts';

/** How long after one round of what is done again and again the next begins, in milliseconds. */
const PACE = {
  /** Of looking who has the lease. */
  heartbeat: HEARTBEAT_INTERVAL,
  /** Of jobs that somebody waits for, and of looking whether it is this process's turn. */
  often: 1 * SECOND,
  seldom: 10 * MINUTE,
};

/** Something that the server does by itself, beside answering requests. */
interface Job {
  name: string;
  /** How long after one round the next begins. */
  every: 'often' | 'seldom';
  run: (context: Context) => Promise<void>;
}

/** One process of a store runs them. For a moment two may, so each must stand another that does the same. */
const JOBS: Job[] = [
  { name: 'mail', every: 'often', run: ({ sender }) => sender.deliverDue() },
  { name: 'reset-requests', every: 'often', run: answerResetRequests },
  { name: 'invitations', every: 'often', run: mailInvitations },
  { name: 'gathered-events', every: 'often', run: tellGathered },
  { name: 'audit-links', every: 'often', run: ({ db }) => linkAudit(db) },
  {
    name: 'login-attacks',
    every: 'seldom',
    run: async (context) => context.metrics?.failedLogins(await watchForLoginAttacks(context)),
  },
  { name: 'erasure', every: 'seldom', run: eraseClosedAccounts },
  { name: 'cleanup', every: 'seldom', run: cleanUp },
];

/**
 * Starts every job once this is the process of the store that runs them, now and then again and again. A round that
 * fails is logged, the first of a row alone, and the next one tries again.
 *
 * @param lease says whether this is the one. One that is free is taken at once
 * @param pace for tests: a quicker one
 * @returns stops them, waits for the rounds that are under way, for mails a few seconds at most, and lets another
 *   process go on
 */
export function startJobs(
  context: Context,
  lease: Lease = createLease(context.db, BACKGROUND),
  pace = PACE,
): () => Promise<void> {
  const { logger, sender } = context;
  context.metrics?.background(lease.isHeld);
  let stopped = false;
  let failing = false;

  const heartbeat = repeat(async () => {
    try {
      await lease.renew();
      context.readiness.noteLease();
      failing = false;
    } catch (error) {
      context.readiness.noteLease(error);
      if (!failing) logger.warn({ err: error }, 'it is not known which process works in the background');
      failing = true;
    }
    return pace.heartbeat;
  });
  const starting = heartbeat.first.then(() =>
    stopped ? [] : JOBS.map((job) => startJob(job, context, lease, pace)),
  );
  return async () => {
    stopped = true;
    const renewing = heartbeat.stop();
    const jobs = starting.then((stops) => Promise.all(stops.map((stop) => stop())));
    await sender.close();
    await Promise.all([renewing, jobs]);
    // Where the database is away, the next process finds out by itself.
    await lease.release().catch(() => undefined);
  };
}

function startJob(
  { name, every, run }: Job,
  context: Context,
  lease: Lease,
  pace: typeof PACE,
): () => Promise<void> {
  let failing = false;

  return repeat(async () => {
    if (!lease.isHeld()) return pace.often;
    try {
      await context.settings.refresh();
      await run(context);
      if (failing) context.logger.info({ job: name }, 'background job works again');
      failing = false;
      context.metrics?.round(name, 'done');
    } catch (error) {
      context.metrics?.round(name, 'failed');
      if (!failing) context.logger.warn({ err: error, job: name }, 'background job failed');
      failing = true;
    }
    return pace[every];
  }).stop;
}

/**
 * Does a round at once, and again and again.
 *
 * @param round gives how long after its end the next one begins, in milliseconds; it never fails
 * @returns the first round, and what stops: it waits for the round that is under way
 */
function repeat(round: () => Promise<number>) {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function next(): Promise<void> {
    const pause = await round();
    if (stopped) return;
    timer = setTimeout(() => {
      current = next();
    }, pause);
  }

  const first = next();
  let current = first;
  return {
    first,
    stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      return current;
    },
  };
}

/** Removes from the database what every feature calls expired. */
export async function cleanUp({
  db,
  clock,
  features,
}: Pick<Context, 'db' | 'clock' | 'features'>): Promise<void> {
  const now = clock();
  for (const feature of features) {
    await retryConflicts(() => deleteExpired(db, feature, now));
    await retryConflicts(async () => feature.cleanup?.(db, now));
  }
}
