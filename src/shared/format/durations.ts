import { DAY, HOUR, MINUTE, SECOND } from '../clock.ts';
import { formatCount } from './counts.ts';

const UNITS: [number, string][] = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
];

/** Says in words how long ago something was, rounded down: `just now`, `5 minutes ago`, `3 days ago`. */
export function agoText(milliseconds: number): string {
  const [size, name] = UNITS.find(([unit]) => milliseconds >= unit) ?? ([SECOND, 'second'] as const);
  if (size < MINUTE) return 'just now';
  return `${formatCount(Math.floor(milliseconds / size), name)} ago`;
}

/** Says in words how long to wait, rounded up: `42 seconds`, `90 minutes`, `2 hours`. */
export function waitText(milliseconds: number): string {
  // From two of a unit on, that unit is precise enough.
  const [size, name] = UNITS.find(([unit]) => milliseconds >= 2 * unit) ?? ([SECOND, 'second'] as const);
  return formatCount(Math.max(1, Math.ceil(milliseconds / size)), name);
}
