import { steadyPace, type Target } from './load.ts';
import { isSignedIn, Member } from './member.ts';
import { median, percentile } from './statistics.ts';

const PHASES = 3;
const SECONDS = 10;
const RATE = 100;

/** As many as the login throttle lets one address have under way at once. */
export const AT_ONCE = 20;

export interface LoginCounts {
  succeeded: number;
  /** 429: the throttle. */
  throttled: number;
  /** 503: too many wait for the threads that hash. */
  busy: number;
  /** Any other answer. */
  wrong: number;
}

export interface UnderLogins {
  /** The page's 99th percentile in milliseconds, phase by phase. */
  idle: number[];
  loaded: number[];
  /** The loaded median over the idle one. */
  ratio: number;
  logins: LoginCounts;
  loginsPerSecond: number;
  samplesPerPhase: number;
}

/**
 * Loads a page at a moderate, steady rate, in turns alone and while members log in, 20 at once all the time.
 *
 * @param storeUrl where they log in
 * @param usernames 20 registered members
 */
export async function measureUnderLogins(
  page: Target,
  storeUrl: string,
  usernames: readonly string[],
): Promise<UnderLogins> {
  const idle: number[] = [];
  const loaded: number[] = [];
  const logins: LoginCounts = { succeeded: 0, throttled: 0, busy: 0, wrong: 0 };
  let loginSeconds = 0;

  for (let phase = 0; phase < PHASES; phase += 1) {
    idle.push(percentile(await steadyPace(page, RATE, SECONDS), 0.99));

    let over = false;
    const start = performance.now();
    const waves = (async () => {
      while (!over) await wave(storeUrl, usernames, logins);
    })();
    const times = steadyPace(page, RATE, SECONDS).finally(() => {
      over = true;
    });
    // The last wave ends after the page's measurement: its logins count, its time too.
    const [measured] = await Promise.all([times, waves]);
    loaded.push(percentile(measured, 0.99));
    loginSeconds += (performance.now() - start) / 1000;
  }

  return {
    idle,
    loaded,
    ratio: median(loaded) / median(idle),
    logins,
    loginsPerSecond: logins.succeeded / loginSeconds,
    samplesPerPhase: RATE * SECONDS,
  };
}

/** Logs all of them in at once, each in a new browser, and waits for the last. */
async function wave(storeUrl: string, usernames: readonly string[], counts: LoginCounts): Promise<void> {
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
