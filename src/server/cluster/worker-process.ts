import cluster from 'node:cluster';
import { SECOND } from '../../shared/clock.ts';
import { ALIVE_EVERY, type FromWorker, hear, say } from './messages.ts';

// Each worker takes connections from the port itself: one that is stuck or ends leaves them to the others.
cluster.schedulingPolicy = cluster.SCHED_NONE;

export type WorkerProcess = ReturnType<typeof startWorker>;

export interface Ending {
  code: number | null;
  signal: string | null;
  reason?: string;
}

/** How long a worker may give no sign of life, in milliseconds: until it listens, and from then on. */
export const LIMITS = { start: 60 * SECOND, open: 10 * SECOND };

export type Limits = typeof LIMITS;

/**
 * Starts a worker and watches it: one whose event loop does not turn for too long is killed, as it answers nobody.
 *
 * @param environment what it gets beside what this process has
 * @param onStuck is told when one is killed
 */
export function startWorker(
  environment: Record<string, string>,
  limits: Limits,
  onStuck: (pid: number | undefined) => void,
) {
  const worker = cluster.fork(environment);
  const { process: child } = worker;
  let limit = limits.start;
  let reason: string | undefined;
  // Counted in our own rounds, not by a clock: whoever stops this process for a while stops the counting, too.
  let rounds = 0;
  const watchdog = setInterval(() => {
    rounds += 1;
    if (rounds * ALIVE_EVERY < limit) return;
    clearInterval(watchdog);
    onStuck(child.pid);
    child.kill('SIGKILL');
  }, ALIVE_EVERY);

  const ended = new Promise<Ending>((resolve) => {
    worker.on('exit', (code: number | null, signal: string | null) =>
      resolve({ code, signal, ...(reason === undefined ? {} : { reason }) }),
    );
    // The system could not start it: no memory, or no more processes.
    worker.on('error', ({ message }) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, reason: message });
    });
  });
  const opened = new Promise<boolean>((resolve) => {
    hear<FromWorker>(worker, (message) => {
      rounds = 0;
      if (message.gatehouse === 'refused') reason = message.reason;
      if (message.gatehouse !== 'open') return;
      limit = limits.open;
      resolve(true);
    });
    ended.then(() => {
      clearInterval(watchdog);
      resolve(false);
    });
  });

  return {
    pid: child.pid,
    /** Comes with whether it listens, or with false when it has ended without. */
    opened,
    ended,
    /** Tells it to answer what it has begun, and to end. One that still loads its program just ends. */
    close: () => void child.kill('SIGTERM'),
    /** Tells one that is open to end so that nobody notices. */
    drain: () => void say(worker, { gatehouse: 'drain' }),
    /** Passes a SIGHUP on. One that still loads its program hears nothing, and opens what there is then. */
    reload: () => void say(worker, { gatehouse: 'reload' }),
  };
}
