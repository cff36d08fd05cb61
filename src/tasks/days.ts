import { DAY } from '../clock.ts';

/** When a day begins, in UTC milliseconds. */
export function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** How many days after one day another is; negative when it is before. */
export function daysFrom(one: string, other: string): number {
  return (startOf(other) - startOf(one)) / DAY;
}
