import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { LEAD, steadyPace, type Target } from './load.ts';
import type { Crowd, Waves } from './login-waves.ts';
import { median, percentile } from './statistics.ts';

const PHASES = 3;
const SECONDS = 10;
const RATE = 100;

/** As many as the login throttle lets one address have under way at once. */
export const AT_ONCE = 20;

export interface UnderLogins {
  /** The page's 99th percentile in milliseconds, phase by phase. */
  idle: number[];
  loaded: number[];
  /** The loaded median over the idle one. */
  ratio: number;
  /** All phases together. */
  logins: Waves;
  samplesPerPhase: number;
}

/**
 * Loads a page at a moderate, steady rate, in turns alone and while members log in, 20 at once all the time.
 *
 * @param storeUrl where they log in
 * @param usernames 20 registered members
 * @param length how many phases, each of so many seconds
 */
export async function measureUnderLogins(
  page: Target,
  storeUrl: string,
  usernames: readonly string[],
  { phases: count, seconds } = { phases: PHASES, seconds: SECONDS },
): Promise<UnderLogins> {
  const idle: number[] = [];
  const loaded: number[] = [];
  const phases: Waves[] = [];
  const crowd: Crowd = { storeUrl, usernames };
  const thread = new Worker(new URL('./login-waves.js', import.meta.url), { workerData: crowd });
  try {
    for (let phase = 0; phase < count; phase += 1) {
      idle.push(percentile(await steadyPace(page, RATE, seconds), 0.99));
      const [times, waves] = await Promise.all([
        steadyPace(page, RATE, seconds),
        logInMeanwhile(thread, seconds),
      ]);
      loaded.push(percentile(times, 0.99));
      phases.push(waves);
    }
  } finally {
    await thread.terminate();
  }
  return {
    idle,
    loaded,
    ratio: median(loaded) / median(idle),
    logins: phases.reduce(add),
    samplesPerPhase: RATE * seconds,
  };
}

/** Has members log in for as long as the page's times count; the last wave of 20 ends later. */
async function logInMeanwhile(thread: Worker, seconds: number): Promise<Waves> {
  const told = once(thread, 'message') as Promise<[Waves]>;
  const timing = async () => {
    await sleep(LEAD * 1000);
    thread.postMessage(true);
    await sleep(seconds * 1000);
    thread.postMessage(false);
  };
  const [[waves]] = await Promise.all([told, timing()]);
  return waves;
}

function add(one: Waves, other: Waves): Waves {
  return {
    seconds: one.seconds + other.seconds,
    succeeded: one.succeeded + other.succeeded,
    throttled: one.throttled + other.throttled,
    busy: one.busy + other.busy,
    wrong: one.wrong + other.wrong,
  };
}
