import { agoText } from './durations.ts';

/** Says a moment in words, in UTC: `20 November 2026 at 12:41 UTC`. */
export function formatMoment(time: number, locale: string): string {
  const text = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${text.format(time)} UTC`;
}

/** Says a day in words, as it is in UTC: `20 November 2026`. */
export function formatDay(time: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(time);
}

/** A moment as its partial prints it: for machines in ISO 8601, and in words. */
const viewOf = (time: number, text: string) => ({ iso: new Date(time).toISOString(), text });
export type Moment = ReturnType<typeof viewOf>;

export const momentView = (time: number, locale: string) => viewOf(time, formatMoment(time, locale));
export const dayView = (time: number, locale: string) => viewOf(time, formatDay(time, locale));
export const agoView = (time: number, now: number) => viewOf(time, agoText(now - time));
