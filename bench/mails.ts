import { setTimeout as sleep } from 'node:timers/promises';
import { queueMails } from './in-process.ts';
import { steadyPace, type Target } from './load.ts';
import type { SinkState } from './mail-sink.ts';
import { median, percentile } from './statistics.ts';

export const MAILS = 10_000;
/** As many idle ones, half of them before and half after. */
const PHASES = 4;
const SECONDS = 10;
const RATE = 100;
const LOOK_AGAIN = 2_000;

export interface UnderMails {
  /** Mails queued each second, each in a transaction of its own, while the sender was sending. */
  queuedPerSecond: number;
  /** Mails sent each second while the page was asked for. */
  sentPerSecond: number;
  /** The page's 99th percentile in milliseconds, phase by phase. */
  idle: number[];
  loaded: number[];
  /** The loaded median over the idle one. */
  ratio: number;
  samplesPerPhase: number;
}

/** Asks a mail sink where it takes mails, and how many it has taken. */
export async function sinkState(url: string): Promise<SinkState> {
  return (await (await fetch(url)).json()) as SinkState;
}

/**
 * Loads a page at a moderate, steady rate: alone, then while 10,000 mails drain, then alone again.
 *
 * @param settings the environment that the server got
 * @param sinkUrl the mail sink that it sends to
 * @throws when a mail did not arrive or arrived twice, or when the mails were gone before the last measurement
 */
export async function measureUnderMails(
  page: Target,
  settings: Record<string, string>,
  sinkUrl: string,
): Promise<UnderMails> {
  const phases = async (count: number) => {
    const times: number[] = [];
    for (let phase = 0; phase < count; phase += 1)
      times.push(percentile(await steadyPace(page, RATE, SECONDS), 0.99));
    return times;
  };
  const idleBefore = await phases(PHASES / 2);
  // What members did before has long been mailed by now.
  const total = (await sinkState(sinkUrl)).taken + MAILS;
  const left = async () => total - (await sinkState(sinkUrl)).taken;
  const queueSeconds = await queueMails(settings, MAILS);
  const start = performance.now();
  const leftAtStart = await left();
  const loaded = await phases(PHASES);
  const leftAtEnd = await left();
  const seconds = (performance.now() - start) / 1000;
  if (leftAtEnd <= 0) throw new Error(`The ${MAILS} mails were gone before the page was measured.`);
  await untilNoneIsLeft(left, leftAtEnd);
  const { again } = await sinkState(sinkUrl);
  if (again > 0) throw new Error(`Of ${MAILS} mails ${again} were sent twice.`);
  const idle = [...idleBefore, ...(await phases(PHASES / 2))];
  return {
    queuedPerSecond: MAILS / queueSeconds,
    sentPerSecond: (leftAtStart - leftAtEnd) / seconds,
    idle,
    loaded,
    ratio: median(loaded) / median(idle),
    samplesPerPhase: RATE * SECONDS,
  };
}

/** Waits until every mail has arrived. Throws when none comes any more. */
async function untilNoneIsLeft(left: () => Promise<number>, atFirst: number): Promise<void> {
  for (let rest = atFirst; rest > 0; ) {
    await sleep(LOOK_AGAIN);
    const now = await left();
    if (now === rest) throw new Error(`Of ${MAILS} mails ${rest} did not arrive.`);
    rest = now;
  }
}
