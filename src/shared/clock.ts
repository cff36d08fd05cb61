/** Gives the present time in UTC milliseconds. Passed to whatever asks for the time, so that tests can move it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Gives how long this process has run, in milliseconds: for measuring. Nobody can set it, as they can the time. */
export const monotonicClock: Clock = () => performance.now();

/** Durations in milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** When the day of a moment began, in UTC milliseconds. */
export function startOfDay(time: number): number {
  return time - (time % DAY);
}

/** Which day it is at a moment, in UTC: `2026-11-20`. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The minute of a moment, in UTC: `2026-11-20 13:18`. */
export function minuteOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}
