import { fullSpeed, type Target, type Throughput } from './load.ts';
import { median, type Spread, spreadOf } from './statistics.ts';

/** Many short rounds: a disturbance that spoils a few leaves the middle one alone. */
const ROUNDS = 10;
const ROUND_SECONDS = 1.5;
const WARM_UP_SECONDS = 2;

/** The middle round of one server. */
export type Measured = { [Figure in keyof Throughput]: number };

/** The store's speed as a share of another server's. */
export interface Ratio {
  /** By requests each second, round by round. */
  speed: Spread;
  /** By computing time for each request: what else the machine does counts less here. */
  cpu: number;
}

export interface Comparison<Bare extends string> {
  store: Measured;
  bare: Record<Bare, { measured: Measured; ratio: Ratio }>;
}

/**
 * Measures the store and bare servers in turns, so that what else the machine does meets all of them, and
 * compares them within each round.
 *
 * @param store is warm already
 */
export async function compareThroughput<Bare extends string>(
  store: Target,
  bare: Record<Bare, Target>,
): Promise<Comparison<Bare>> {
  const names = Object.keys(bare) as Bare[];
  for (const name of names) await fullSpeed(bare[name], { duration: WARM_UP_SECONDS });

  const ofStore: Throughput[] = [];
  const ofBare = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Bare, Throughput[]>;
  for (let round = 0; round < ROUNDS; round += 1) {
    ofStore.push(await fullSpeed(store, { duration: ROUND_SECONDS }));
    for (const name of names) ofBare[name].push(await fullSpeed(bare[name], { duration: ROUND_SECONDS }));
  }
  return {
    store: middleOf(ofStore),
    bare: Object.fromEntries(
      names.map((name) => [
        name,
        { measured: middleOf(ofBare[name]), ratio: ratioOf(ofStore, ofBare[name]) },
      ]),
    ) as Comparison<Bare>['bare'],
  };
}

function ratioOf(store: Throughput[], bare: Throughput[]): Ratio {
  const shares = (share: (one: Throughput, other: Throughput) => number) =>
    store.flatMap((one, round) => (bare[round] ? [share(one, bare[round])] : []));
  return {
    speed: spreadOf(shares((one, other) => one.perSecond / other.perSecond)),
    // More time for each request is less speed.
    cpu: median(
      shares((one, other) => (other.cpuPerRequest ?? Number.NaN) / (one.cpuPerRequest ?? Number.NaN)),
    ),
  };
}

function middleOf(rounds: Throughput[]): Measured {
  const middle = (figure: keyof Throughput) => median(rounds.map((round) => round[figure] ?? Number.NaN));
  return { perSecond: middle('perSecond'), cpuPerRequest: middle('cpuPerRequest'), busy: middle('busy') };
}
