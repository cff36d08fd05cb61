import { parentPort, workerData } from 'node:worker_threads';
import { isSignedIn, Member } from './member.ts';

// A thread of its own: what the logins cost the bench must not delay the requests that it times.

/** What a login thread is given. */
export interface Crowd {
  storeUrl: string;
  usernames: readonly string[];
}

/** What it tells at the end of a phase. */
export interface Waves {
  seconds: number;
  succeeded: number;
  /** 429: the throttle. */
  throttled: number;
  /** 503: too many wait for the threads that hash. */
  busy: number;
  /** Any other answer. */
  wrong: number;
}

const { storeUrl, usernames } = workerData as Crowd;
let wanted = false;

// `true` starts a phase; `false` ends it with the wave that is under way, and is answered by its Waves.
parentPort?.on('message', async (start: boolean) => {
  wanted = start;
  if (start) parentPort?.postMessage(await phase());
});

async function phase(): Promise<Waves> {
  const counts: Waves = { seconds: 0, succeeded: 0, throttled: 0, busy: 0, wrong: 0 };
  const start = performance.now();
  while (wanted) await wave(counts);
  counts.seconds = (performance.now() - start) / 1000;
  return counts;
}

/** Logs all of them in at once, each in a new browser, and waits for the last. */
async function wave(counts: Waves): Promise<void> {
  await Promise.all(
    usernames.map(async (username) => {
      const answer = await new Member(storeUrl, username).tryLogIn();
      if (isSignedIn(answer)) counts.succeeded += 1;
      else if (answer.status === 429) counts.throttled += 1;
      else if (answer.status === 503) counts.busy += 1;
      else counts.wrong += 1;
    }),
  );
}
