import { agoText } from '../../web/duration.ts';
import { momentWords } from '../device-words.ts';

/** A moment as its partial prints it. */
export interface Moment {
  /** For machines: ISO 8601. */
  iso: string;
  text: string;
}

/** A moment in words, in UTC. */
export function momentView(time: number, locale: string): Moment {
  return { iso: new Date(time).toISOString(), text: momentWords(time, locale) };
}

/** A day in words, in UTC. */
export function dayView(time: number, locale: string): Moment {
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  return { iso: new Date(time).toISOString(), text: day.format(time) };
}

/** How long ago a moment was. */
export function agoView(time: number, now: number): Moment {
  return { iso: new Date(time).toISOString(), text: agoText(now - time) };
}
