import { setTimeout as sleep } from 'node:timers/promises';
import { queueMails } from './in-process.ts';
import { steadyPace, type Target } from './load.ts';
import type { SinkState } from './mail-sink.ts';
import { atMost, type Figure, milliseconds, perSecond, say, times } from './report.ts';
import { median, percentile } from './statistics.ts';

const MAILS = 10_000;
/** As many idle ones, half of them before and half after. */
const PHASES = 4;
const SECONDS = 10;
const RATE = 100;
const LOOK_AGAIN = 2_000;

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
): Promise<Figure[]> {
  const idle = await measurePhases(page, PHASES / 2);
  // What members did before has long been mailed by now.
  const total = (await sinkState(sinkUrl)).taken + MAILS;
  const left = async () => total - (await sinkState(sinkUrl)).taken;
  const queueSeconds = await queueMails(settings, MAILS);
  const loaded = await measurePhases(page, PHASES);
  const rest = await left();
  if (rest <= 0) throw new Error(`The ${MAILS} mails were gone before the page was measured.`);
  await untilNoneIsLeft(left, rest);
  const { again } = await sinkState(sinkUrl);
  if (again > 0) throw new Error(`Of ${MAILS} mails ${again} were sent twice.`);
  idle.push(...(await measurePhases(page, PHASES / 2)));

  const shown = (phases: number[]) => phases.map(milliseconds).join(', ');
  say(
    `\n99th percentile of the store page: idle ${shown(idle)}; while ${MAILS} mails drain ${shown(loaded)}`,
  );
  return [
    atMost(`p99 while ${MAILS} mails drain to idle`, median(loaded) / median(idle), 2, times),
    { name: '- mails queued with the sender on', measured: perSecond(MAILS / queueSeconds) },
  ];
}

/** @returns the page's 99th percentile of each phase */
async function measurePhases(page: Target, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let phase = 0; phase < count; phase += 1)
    found.push(percentile(await steadyPace(page, RATE, SECONDS), 0.99));
  return found;
}

/** Waits until every mail has arrived. Throws when no more come. */
async function untilNoneIsLeft(left: () => Promise<number>, atFirst: number): Promise<void> {
  for (let rest = atFirst; rest > 0; ) {
    await sleep(LOOK_AGAIN);
    const now = await left();
    if (now === rest) throw new Error(`Of ${MAILS} mails ${rest} did not arrive.`);
    rest = now;
  }
}
