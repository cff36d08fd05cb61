import { during } from './crowd.ts';
import { steadyPace, type Target } from './load.ts';
import { atMost, type Figure, milliseconds, perSecond, say, times } from './report.ts';
import { median, percentile } from './statistics.ts';

const PHASES = 3;
const SECONDS = 10;
const RATE = 100;

/** As many as the login throttle lets one address have under way at once. */
export const AT_ONCE = 20;

/**
 * Loads a page at a moderate, steady rate, in turns alone and while 20 members log in all the time.
 *
 * @throws when a login did not succeed
 */
export async function measureUnderLogins(
  page: Target,
  storeUrl: string,
  usernames: readonly string[],
): Promise<Figure[]> {
  const crowd = { storeUrl, usernames, addresses: [undefined], atOnce: AT_ONCE };
  const p99 = async () => percentile(await steadyPace(page, RATE, SECONDS), 0.99);
  const idle: number[] = [];
  const loaded: number[] = [];
  let logins = 0;
  for (let phase = 0; phase < PHASES; phase += 1) {
    idle.push(await p99());
    const { result, statuses } = await during(crowd, p99);
    loaded.push(result);
    const { 303: succeeded = 0, ...others } = statuses;
    if (Object.keys(others).length > 0)
      throw new Error(`Not every login succeeded: ${JSON.stringify(statuses)}`);
    logins += succeeded;
  }
  const shown = (phases: number[]) => phases.map(milliseconds).join(', ');
  say(
    `\n99th percentile of the store page: idle ${shown(idle)}; with ${AT_ONCE} logins at once ${shown(loaded)}`,
  );
  return [
    atMost(`p99 with ${AT_ONCE} logins at once to idle`, median(loaded) / median(idle), 3, times),
    { name: '- logins meanwhile', measured: perSecond(logins / (PHASES * SECONDS)) },
  ];
}
