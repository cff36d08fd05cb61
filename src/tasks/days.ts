import { DAY } from '../clock.ts';

/** Which day it is at a moment, in UTC: `2026-11-20`. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** When a day begins, in UTC milliseconds. */
export function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** How many days after one day another is; negative when it is before. */
export function daysFrom(one: string, other: string): number {
  return (startOf(other) - startOf(one)) / DAY;
}
