import { AT_ONCE, type UnderLogins } from './logins.ts';
import { MAILS, type UnderMails } from './mails.ts';
import { milliseconds, perSecond, ratio } from './report.ts';
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
