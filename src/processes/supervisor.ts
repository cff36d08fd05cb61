import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { monotonicClock, SECOND } from '../clock.ts';
import { type Ending, LIMITS, startWorker, type WorkerProcess } from './worker-process.ts';

/** The first pause before a worker is replaced that ended by itself. Each next one is twice as long. */
const FIRST_PAUSE = 0.5 * SECOND;
const LONGEST_PAUSE = 30 * SECOND;
/** A worker that has served for so long has a pause of its own beginning again. */
const RAN_WELL = 60 * SECOND;

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

/** @param environment what each worker gets beside the environment of this process */
export function supervise(count: number, environment: Record<string, string>, logger: Logger): Supervision {
  const running = new Set<WorkerProcess>();
  const closing = new AbortController();
  let open = false;

  function start(): WorkerProcess {
    const worker = startWorker(environment, LIMITS, (pid, why) => {
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
      if (isOpen) since = monotonicClock();
    });
    worker.ended.then((ending) => {
      if (monotonicClock() - since >= RAN_WELL) place.pause = FIRST_PAUSE;
      if (open && place.worker === worker) return replace(place, worker, ending);
    });
  }

  async function replace(place: Place, worker: WorkerProcess, ending: Ending): Promise<void> {
    if (closing.signal.aborted) return;
    const { pause } = place;
    logger.error({ worker: worker.pid, ...ending, pause }, 'a worker ended; another one takes its place');
    place.pause = Math.min(2 * pause, LONGEST_PAUSE);
    await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined);
    // Meanwhile a reload may have filled the place.
    if (!closing.signal.aborted && place.worker === worker) settle(place, start());
  }

  const places: Place[] = Array.from({ length: count }, () => ({ worker: start(), pause: FIRST_PAUSE }));
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
      place.pause = FIRST_PAUSE;
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
    const endings = await Promise.all(all.map(({ ended }) => ended));
    return endings.every(({ code }) => code === 0);
  }

  return {
    opened: openAll(),
    close,
    reload() {
      wanted = true;
      if (!reloading) replaceAll();
    },
  };
}
