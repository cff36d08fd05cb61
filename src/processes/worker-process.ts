import cluster from 'node:cluster';
import { SECOND } from '../clock.ts';
import { passOnWhatItLeaves } from './handed-over.ts';
import { ALIVE_EVERY, type FromWorker, isMessage, say, type ToWorker } from './messages.ts';

/** A worker, as the supervisor sees it. */
export interface WorkerProcess {
  pid: number | undefined;
  /** Comes with whether it listens, or with false when it has ended without. */
  opened: Promise<boolean>;
  /** Comes when it has ended, with how. */
  ended: Promise<Ending>;
  /** Tells it to end; one that does not in time is killed. */
  end: (how: 'close' | 'drain') => void;
  /** Passes a SIGHUP on. One that still loads its program hears nothing, and opens what there is then. */
  reload: () => void;
}

export interface Ending {
  code: number | null;
  signal: string | null;
  /** Why it could not start, for a person. */
  reason?: string;
}

/** How long things may take, in milliseconds. */
export interface Limits {
  /** From a start to the first sign of life, and from there until it listens. */
  start: number;
  /** Without a sign of life. */
  silence: number;
  /** From being told to end: connections, requests and mails have limits of their own, which are shorter. */
  end: number;
}

export const LIMITS: Limits = { start: 60 * SECOND, silence: 10 * SECOND, end: 30 * SECOND };

/**
 * Starts a worker and watches it: one whose event loop does not turn for too long is killed, as it answers nobody.
 *
 * @param environment what it gets beside what this process has
 * @param report is told when one is killed, and why
 */
export function startWorker(
  environment: Record<string, string>,
  limits: Limits,
  report: (pid: number | undefined, why: keyof Limits) => void,
): WorkerProcess {
  const worker = cluster.fork(environment);
  passOnWhatItLeaves(worker);
  const { pid } = worker.process;
  let patience: keyof Limits = 'start';
  // Counted in our own rounds, not by a clock: whoever stops this process for a while stops the counting, too.
  let rounds = 0;
  const watching = setInterval(() => {
    rounds += 1;
    if (rounds * ALIVE_EVERY < limits[patience]) return;
    clearInterval(watching);
    report(pid, patience);
    worker.process.kill('SIGKILL');
  }, ALIVE_EVERY);

  function expect(next: keyof Limits): void {
    // What was told to end must, however alive it is.
    if (patience === 'end') return;
    patience = next;
    rounds = 0;
  }

  let told: ToWorker | undefined;
  function tell(): void {
    if (told) say(worker, told);
  }

  let reason: string | undefined;
  let settleOpened: (open: boolean) => void = () => undefined;
  const opened = new Promise<boolean>((resolve) => {
    settleOpened = resolve;
  });
  worker.on('message', (message: unknown) => {
    if (!isMessage(message)) return;
    const said = message as FromWorker;
    if (said.gatehouse === 'refused') reason = said.reason;
    if (said.gatehouse === 'open') {
      expect('silence');
      settleOpened(true);
      // While it loads its program it hears nothing, and what was said then is lost.
      tell();
    }
    if (said.gatehouse === 'alive' && patience === 'silence') rounds = 0;
  });
  const ended = new Promise<Ending>((resolve) => {
    const finish = (ending: Ending) => {
      clearInterval(watching);
      settleOpened(false);
      resolve(ending);
    };
    worker.on('exit', (code: number | null, signal: string | null) =>
      finish({ code, signal, ...(reason === undefined ? {} : { reason }) }),
    );
    // The system could not start it: no memory, or no more processes.
    worker.on('error', (error) => {
      if (pid === undefined) finish({ code: null, signal: null, reason: error.message });
    });
  });

  return {
    pid,
    opened,
    ended,
    end(how) {
      expect('end');
      told = { gatehouse: how };
      tell();
    },
    reload: () => void say(worker, { gatehouse: 'reload' } satisfies ToWorker),
  };
}
