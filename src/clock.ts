/** Gives the present time in UTC milliseconds. Passed to whatever asks for the time, so that tests can move it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Durations in milliseconds. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
