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

/** A moment as its partial prints it. */
export interface Moment {
  /** For machines: ISO 8601. */
  iso: string;
  text: string;
}

/** A moment in words, in UTC. */
export function momentView(time: number, locale: string): Moment {
  return { iso: new Date(time).toISOString(), text: formatMoment(time, locale) };
}

/** A day in words, in UTC. */
export function dayView(time: number, locale: string): Moment {
  return { iso: new Date(time).toISOString(), text: formatDay(time, locale) };
}

/** How long ago a moment was. */
export function agoView(time: number, now: number): Moment {
  return { iso: new Date(time).toISOString(), text: agoText(now - time) };
}
