import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, DAY, HOUR, MINUTE } from '../../shared/clock.ts';
import { PART } from './whole-file.ts';

interface Schedule {
  folder: string;
  /** In milliseconds, whole minutes. Backups are made at its multiples, counted in UTC. */
  every: number;
  keep: number;
}

export interface ScheduleTools {
  clock: Clock;
  /** Waits, in milliseconds; sooner over when the signal comes. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Makes one; throws when it failed. */
  make: (file: string) => Promise<void>;
  made: (file: string, removed: string[]) => void;
  failed: (file: string, error: unknown) => void;
  /** Is told why old ones could not be removed. */
  notRemoved: (error: unknown) => void;
  signal: AbortSignal;
}

const UNITS = { m: MINUTE, h: HOUR, d: DAY };
const LONGEST = 365 * DAY;
/** A clock that is set, or a machine that slept, is noticed so soon. */
const POLL_INTERVAL = MINUTE;
/** A part to which nobody has written for so long was left behind by a process that was killed. */
const ABANDONED = DAY;

/** Reads `30m`, `6h`, `1d`. @returns milliseconds; undefined when it is none of that, or more than a year */
export function readInterval(text: string): number | undefined {
  const [, number, unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const interval = Number(number) * UNITS[(unit ?? 'm') as keyof typeof UNITS];
  return interval <= LONGEST ? interval : undefined;
}

const NAME = /^gatehouse-\d{4}-\d\d-\d\dT\d{4}Z\.tar\.gz$/;

/** `gatehouse-2026-11-20T2100Z.tar.gz`: names that sort by time. */
export function nameAt(time: number): string {
  return `gatehouse-${new Date(time).toISOString().slice(0, 16).replace(':', '')}Z.tar.gz`;
}

/** Makes a backup at once, then at each multiple of the interval, until the signal comes. */
export async function keepBackingUp(schedule: Schedule, tools: ScheduleTools): Promise<void> {
  const { clock, signal, wait } = tools;
  while (!signal.aborted) {
    await makeOne(schedule, tools);
    let next = nextTime(clock(), schedule.every);
    while (!signal.aborted && clock() < next) {
      await wait(Math.min(next - clock(), POLL_INTERVAL), signal);
      // A clock that was set back must not put the next one off.
      next = Math.min(next, nextTime(clock(), schedule.every) + schedule.every);
    }
  }
}

function nextTime(now: number, every: number): number {
  return (Math.floor(now / every) + 1) * every;
}

async function makeOne(
  schedule: Schedule,
  { clock, make, made, failed, notRemoved, signal }: ScheduleTools,
): Promise<void> {
  const file = join(schedule.folder, nameAt(clock()));
  try {
    await make(file);
  } catch (error) {
    if (!signal.aborted) failed(file, error);
    return;
  }
  const removed: string[] = [];
  // What cannot be removed must not cost the backups to come.
  await removeOld(schedule, file, clock(), removed).catch(notRemoved);
  made(file, removed);
}

/**
 * Removes the oldest backups beyond those that are kept; never the one just made, nor anything of another name.
 *
 * @param removed takes their names, also of those that went before one that could not be removed
 */
async function removeOld(
  { folder, keep }: Schedule,
  newest: string,
  now: number,
  removed: string[],
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const own = files.filter((name) => NAME.test(name)).sort();
  const old = own.slice(0, -keep).filter((name) => join(folder, name) !== newest);
  // Two may do this in one folder at the same time.
  for (const name of old) {
    await rm(join(folder, name), { force: true });
    removed.push(name);
  }
  for (const name of await abandonedParts(folder, files, now)) await rm(join(folder, name), { force: true });
}

async function abandonedParts(folder: string, files: string[], now: number): Promise<string[]> {
  const parts = files.filter((name) => NAME.test(name.split(PART)[0] ?? '') && name.includes(PART));
  const abandoned: string[] = [];
  for (const name of parts) {
    const written = await stat(join(folder, name)).catch(() => undefined);
    if (written && now - written.mtimeMs > ABANDONED) abandoned.push(name);
  }
  return abandoned;
}
