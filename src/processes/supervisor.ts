import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { monotonicClock, SECOND } from '../clock.ts';
import { type Ending, LIMITS, type Limits, startWorker, type WorkerProcess } from './worker-process.ts';

/** When a worker is replaced that ended by itself, in milliseconds. */
interface Pauses {
  first: number;
  /** Each next one is twice as long, up to this. */
  longest: number;
  /** After a worker that has served for so long the pause is the first again. */
  ranWell: number;
}

const PAUSES: Pauses = { first: 0.5 * SECOND, longest: 30 * SECOND, ranWell: 60 * SECOND };

/** Several workers that together are a store. */
export interface Supervision {
  /** Comes when all listen. @throws WorkerFailed when one does not, after the others have ended */
  opened: Promise<void>;
  /** Replaces all, one by one. Called again while that is under way, it begins anew after it. */
  reload: () => void;
  /** Ends all. @returns whether each has answered what it had begun */
  close: () => Promise<boolean>;
}

/** A worker ended before the store was open. */
export class WorkerFailed extends Error {
  /** Undefined: it has said so itself, or was killed. */
  readonly reason: string | undefined;

  constructor({ code, signal, reason }: Ending) {
    super(reason ?? `A worker ended before it was open (${signal ?? `exit code ${code}`}).`);
    this.reason = reason;
  }
}

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
  pauses: Pauses = PAUSES,
): Supervision {
  const running = new Set<WorkerProcess>();
  const closing = new AbortController();
  let open = false;

  function start(): WorkerProcess {
    const worker = startWorker(environment, limits, (pid, why) => {
      logger.error({ worker: pid, why }, 'a worker is stuck and is killed');
    });
    running.add(worker);
    worker.ended.then(() => running.delete(worker));
    return worker;
  }

  function settle(place: Place, worker: WorkerProcess): void {
    place.worker = worker;
    let since = Number.POSITIVE_INFINITY;
    worker.opened.then((isOpen) => {
      if (!isOpen) return;
      since = monotonicClock();
      if (open) logger.info({ worker: worker.pid }, 'a new worker serves');
    });
    worker.ended.then(async (ending) => {
      if (monotonicClock() - since >= pauses.ranWell) place.pause = pauses.first;
      // One of the first that does not open ends the whole start instead.
      const isStart = !open && !(await worker.opened);
      if (!isStart && place.worker === worker) await replace(place, worker, ending);
    });
  }

  async function replace(place: Place, worker: WorkerProcess, ending: Ending): Promise<void> {
    if (closing.signal.aborted) return;
    const { pause } = place;
    logger.error({ worker: worker.pid, ...ending, pause }, 'a worker ended; another one takes its place');
    place.pause = Math.min(2 * pause, pauses.longest);
    await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined);
    // Meanwhile a reload may have filled the place.
    if (!closing.signal.aborted && place.worker === worker) settle(place, start());
  }

  const places: Place[] = Array.from({ length: count }, () => ({ worker: start(), pause: pauses.first }));
  for (const place of places) settle(place, place.worker);

  async function openAll(): Promise<void> {
    const failing = places.map(async ({ worker }) => {
      if (!(await worker.opened)) throw new WorkerFailed(await worker.ended);
    });
    try {
      await Promise.all(failing);
      open = true;
    } catch (error) {
      await close();
      throw error;
    }
  }

  let wanted = false;
  let reloading = false;

  async function replaceAll(): Promise<void> {
    reloading = true;
    while (wanted && !closing.signal.aborted) {
      wanted = false;
      logger.info('the workers are replaced one by one');
      if (await replaceEach()) logger.info('all workers are replaced');
    }
    reloading = false;
  }

  async function replaceEach(): Promise<boolean> {
    for (const place of places) {
      if (closing.signal.aborted) return false;
      const next = start();
      if (!(await next.opened)) {
        const ending = await next.ended;
        if (!closing.signal.aborted)
          logger.error({ worker: next.pid, ...ending }, 'a new worker cannot start; those that run go on');
        return false;
      }
      const former = place.worker;
      place.pause = pauses.first;
      settle(place, next);
      former.end('drain');
      await former.ended;
    }
    return true;
  }

  async function close(): Promise<boolean> {
    closing.abort();
    const all = [...running];
    for (const worker of all) worker.end('close');
    // One that was not open yet has begun nothing, however it ends.
    const clean = all.map(async ({ ended, opened }) => (await ended).code === 0 || !(await opened));
    return (await Promise.all(clean)).every((isClean) => isClean);
  }

  return {
    opened: openAll(),
    close,
    reload() {
      for (const worker of running) worker.reload();
      wanted = true;
      if (!reloading) replaceAll();
    },
  };
}
