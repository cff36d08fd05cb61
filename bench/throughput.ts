import { fullSpeed, type Target, type Throughput } from './load.ts';
import { median, type Spread, spreadOf } from './statistics.ts';

const ROUNDS = 5;
const ROUND = 4;
const WARM_UP = 2;

/** The middle round of one server. */
export type Measured = { [Figure in keyof Throughput]: number };

/** The store's speed as a share of another server's. */
export interface Ratio {
  /** By requests each second, round by round. */
  speed: Spread;
  /** By computing time for each request: what else the machine does counts less here. */
  cpu: number;
}

export interface Comparison {
  store: Measured;
  express: Measured;
  http: Measured;
  toExpress: Ratio;
  toHttp: Ratio;
}

/**
 * Measures three servers in turns, so that what else the machine does meets all of them, and compares them
 * within each round.
 *
 * @param store is warm already
 */
export async function compareThroughput(store: Target, express: Target, http: Target): Promise<Comparison> {
  for (const target of [express, http]) await fullSpeed(target, { duration: WARM_UP });

  const rounds: { store: Throughput; express: Throughput; http: Throughput }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      store: await fullSpeed(store, { duration: ROUND }),
      express: await fullSpeed(express, { duration: ROUND }),
      http: await fullSpeed(http, { duration: ROUND }),
    });
  }

  const ratioTo = (other: 'express' | 'http'): Ratio => ({
    speed: spreadOf(rounds.map((round) => round.store.perSecond / round[other].perSecond)),
    cpu: median(rounds.map((round) => (round[other].cpuPerRequest ?? 0) / (round.store.cpuPerRequest ?? 0))),
  });
  return {
    store: middleOf(rounds.map((round) => round.store)),
    express: middleOf(rounds.map((round) => round.express)),
    http: middleOf(rounds.map((round) => round.http)),
    toExpress: ratioTo('express'),
    toHttp: ratioTo('http'),
  };
}

function middleOf(rounds: Throughput[]): Measured {
  const middle = (figure: keyof Throughput) => median(rounds.map((round) => round[figure] ?? Number.NaN));
  return { perSecond: middle('perSecond'), cpuPerRequest: middle('cpuPerRequest'), busy: middle('busy') };
}
