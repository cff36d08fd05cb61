import { AT_ONCE, type UnderLogins } from './logins.ts';
import { milliseconds, ratio } from './report.ts';
import type { Spread } from './statistics.ts';
import type { Comparison, Measured, Ratio } from './throughput.ts';

/** Tells how quick the store page is beside the bare servers. */
export function comparisonText({ store, express, http, toExpress, toHttp }: Comparison): string {
  return [
    'Requests each second (middle round), computing time for each, share of the time that the server computed:',
    speedText('  store page', store),
    speedText('  bare Express', express),
    speedText('  bare node:http', http),
    'The store page as a share of it by speed (lowest, middle, highest round) and by computing time (middle):',
    ratioText('  bare Express', toExpress),
    ratioText('  bare node:http', toHttp),
  ].join('\n');
}

function speedText(name: string, { perSecond, cpuPerRequest, busy }: Measured): string {
  const cpu = Number.isNaN(busy) ? '' : `  ${cpuPerRequest.toFixed(3)} ms  ${Math.round(busy * 100)} %`;
  return `${name.padEnd(18)}${perSecond.toFixed(0).padStart(7)}/s${cpu}`;
}

function ratioText(name: string, { speed, cpu }: Ratio): string {
  return `${name.padEnd(18)}${spreadText(speed, ratio)}${Number.isNaN(cpu) ? '' : `, by computing time ${ratio(cpu)}`}`;
}

function spreadText({ min, median, max }: Spread, print: (value: number) => string): string {
  return `${print(min)} - ${print(median)} - ${print(max)}`;
}

/** Tells how the store page fares while members log in. */
export function loginsText(measured: UnderLogins): string {
  const { idle, loaded, logins, loginsPerSecond, samplesPerPhase } = measured;
  const phases = (times: number[]) => times.map(milliseconds).join(', ');
  return [
    `99th percentile of the store page at a steady pace, ${samplesPerPhase} samples a phase:`,
    `  idle ${phases(idle)}; with ${AT_ONCE} logins at once ${phases(loaded)}`,
    `  logins: ${logins.succeeded} succeeded, ${logins.throttled} throttled (429), ${logins.busy} refused as busy (503), ` +
      `${logins.wrong} wrong; ${loginsPerSecond.toFixed(1)} each second`,
  ].join('\n');
}
