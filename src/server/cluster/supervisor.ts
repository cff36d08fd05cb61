import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { monotonicClock, SECOND } from '../../shared/clock.ts';
import { StartRefused } from '../../shared/start-error.ts';
import { type Ending, LIMITS, type Limits, startWorker, type WorkerProcess } from './worker-process.ts';

/**
 * How long a place stays empty whose worker ended by itself, in milliseconds: each time twice as long as the time before,
 * up to the longest; after a worker that lived for `ranWell` it is the first again.
 */
const PAUSES = { first: 0.5 * SECOND, longest: 30 * SECOND, ranWell: 60 * SECOND };

export type Supervision = ReturnType<typeof supervise>;

const whyNot = ({ code, signal, reason }: Ending) =>
  reason ?? `A worker ended before it was open (${signal ?? `exit code ${code}`}).`;

/** The place of one worker, which others take in turn. */
interface Place {
  worker: WorkerProcess;
  pause: number;
}

/**
 * @param environment what each worker gets beside the environment of this process
 * @param limits for tests: shorter ones
 */
export function supervise(
  count: number,
  environment: Record<string, string>,
  logger: Logger,
  limits: Limits = LIMITS,
  pauses = PAUSES,
) {
  const running = new Set<WorkerProcess>();
  const controller = new AbortController();
  const closing = controller.signal;
  let isOpen = false;

  function start(): WorkerProcess {
    const worker = startWorker(environment, limits, (pid) =>
      logger.error({ worker: pid }, 'a worker is stuck and is killed'),
    );
    running.add(worker);
    worker.opened.then((opened) => {
      if (isOpen && opened) logger.info({ worker: worker.pid }, 'a new worker serves');
    });
    worker.ended.then(() => running.delete(worker));
    return worker;
  }

  /** Keeps a place filled, until a reload gives it to another worker. */
  async function keep(place: Place, worker: WorkerProcess): Promise<void> {
    place.worker = worker;
    const begun = monotonicClock();
    const ending = await worker.ended;
    if (closing.aborted || place.worker !== worker) return;
    if (monotonicClock() - begun >= pauses.ranWell) place.pause = pauses.first;
    const { pause } = place;
    place.pause = Math.min(2 * pause, pauses.longest);
    logger.error({ worker: worker.pid, ...ending, pause }, 'a worker ended; another one takes its place');
    await sleep(pause, undefined, { signal: closing }).catch(() => undefined);
    // Meanwhile a reload may have filled the place.
    if (!closing.aborted && place.worker === worker) keep(place, start());
  }

  const places: Place[] = Array.from({ length: count }, () => ({ worker: start(), pause: pauses.first }));

  async function openAll(): Promise<void> {
    const opening = places.map(async ({ worker }) => {
      if (!(await worker.opened)) throw new StartRefused(whyNot(await worker.ended));
    });
    try {
      await Promise.all(opening);
      isOpen = true;
      // Not before: one of the first that does not open ends the whole start.
      for (const place of places) keep(place, place.worker);
    } catch (error) {
      await close();
      throw error;
    }
  }

  async function replaceAll(): Promise<void> {
    logger.info('the workers are replaced one by one');
    for (const place of places) {
      if (closing.aborted) return;
      const next = start();
      if (!(await next.opened)) {
        const ending = await next.ended;
        if (!closing.aborted)
          logger.error({ worker: next.pid, ...ending }, 'a new worker cannot start; those that run go on');
        return;
      }
      const former = place.worker;
      place.pause = pauses.first;
      keep(place, next);
      // One that ended meanwhile may have a successor that is on its way.
      if (await former.opened) former.drain();
      await former.ended;
    }
    logger.info('all workers are replaced');
  }

  async function close(): Promise<boolean> {
    controller.abort();
    const clean = [...running].map(async (worker) => {
      worker.close();
      // One that was not open yet has begun nothing, however it ends.
      return (await worker.ended).code === 0 || !(await worker.opened);
    });
    return (await Promise.all(clean)).every((isClean) => isClean);
  }

  let reloads = Promise.resolve();
  return {
    /** Comes when all listen. @throws StartRefused when one does not, after the others have ended */
    opened: openAll(),
    /** Ends all. @returns whether each has answered what it had begun */
    close,
    /** Passes a SIGHUP on to all, and replaces them one by one; once more after that when it is asked for meanwhile. */
    reload(): void {
      for (const worker of running) worker.reload();
      reloads = reloads.then(replaceAll);
    },
  };
}
