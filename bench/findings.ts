import { FEW_ROWS, type ListCost, MANY_ROWS } from './lists.ts';
import { AT_ONCE, type UnderLogins } from './logins.ts';
import { MAILS, type UnderMails } from './mails.ts';
import { atMost, type Figure, milliseconds, perSecond, ratio } from './report.ts';
import type { Spread } from './statistics.ts';
import type { Comparison, Measured, Ratio } from './throughput.ts';

/** Tells how quick the store's page of this name is beside the bare servers. */
export function comparisonText({ store, bare }: Comparison<string>, name: string): string {
  const others = Object.entries(bare);
  return [
    'Requests each second (middle round), computing time for each, share of the time that the server computed:',
    speedText(name, store),
    ...others.map(([other, { measured }]) => speedText(other, measured)),
    `The ${name} as a share of it by speed (lowest, middle, highest round) and by computing time (middle):`,
    ...others.map(([other, of]) => ratioText(other, of.ratio)),
  ].join('\n');
}

function speedText(name: string, { perSecond, cpuPerRequest, busy }: Measured): string {
  const cpu = Number.isNaN(busy) ? '' : `  ${cpuPerRequest.toFixed(3)} ms  ${Math.round(busy * 100)} %`;
  return `${label(name)}${perSecond.toFixed(0).padStart(7)}/s${cpu}`;
}

function ratioText(name: string, { speed, cpu }: Ratio): string {
  return `${label(name)}${spreadText(speed, ratio)}${Number.isNaN(cpu) ? '' : `, by computing time ${ratio(cpu)}`}`;
}

function label(name: string): string {
  return `  ${name.padEnd(22)}`;
}

function spreadText({ min, median, max }: Spread, print: (value: number) => string): string {
  return `${print(min)} - ${print(median)} - ${print(max)}`;
}

/** Tells how the store page fares while members log in. */
export function loginsText(measured: UnderLogins): string {
  const { idle, loaded, logins, samplesPerPhase } = measured;
  const phases = (times: number[]) => times.map(milliseconds).join(', ');
  return [
    `99th percentile of the store page at a steady pace, ${samplesPerPhase} samples a phase:`,
    `  idle ${phases(idle)}; with ${AT_ONCE} logins at once ${phases(loaded)}`,
    `  logins: ${logins.succeeded} succeeded, ${logins.throttled} throttled (429), ${logins.busy} refused as busy (503), ` +
      `${logins.wrong} wrong; ${(logins.succeeded / logins.seconds).toFixed(1)} each second`,
  ].join('\n');
}

/** Tells how the store page fares while mails go out. */
export function mailsText(measured: UnderMails): string {
  const { idle, loaded, queuedPerSecond, sentPerSecond, samplesPerPhase } = measured;
  const phases = (times: number[]) => times.map(milliseconds).join(', ');
  return [
    `99th percentile of the store page at a steady pace, ${samplesPerPhase} samples a phase:`,
    `  idle ${phases(idle)}; while ${MAILS} mails drain ${phases(loaded)}`,
    `  mails: ${perSecond(queuedPerSecond)} queued with the sender on, ${perSecond(sentPerSecond)} sent meanwhile`,
  ].join('\n');
}

/** Tells what each page of the long lists costs. */
export function listsText(database: string, costs: readonly ListCost[]): string {
  const width = Math.max(...costs.map(({ list, page }) => list.length + page.length)) + 2;
  return [
    `Lists on ${database}: a page of one with ${FEW_ROWS} rows, of one with ${MANY_ROWS} rows, and that to this:`,
    ...costs.map(
      ({ list, page, few, many, ratio: cost }) =>
        `  ${`${list}, ${page}`.padEnd(width)}${[few, many].map((time) => milliseconds(time).padStart(9)).join('')}  ${ratio(cost)}`,
    ),
  ].join('\n');
}

/** The dearest page of each list. */
export function listFigures(database: string, costs: readonly ListCost[]): Figure[] {
  return [...new Set(costs.map(({ list }) => list))].map((name) => {
    const ratios = costs.filter(({ list }) => list === name).map((cost) => cost.ratio);
    return atMost(
      `${name} with ${MANY_ROWS} rows to ${FEW_ROWS}, ${database}, dearest of ${ratios.length} pages`,
      Math.max(...ratios),
      1.5,
      (value) => `${ratio(value)} times`,
    );
  });
}
