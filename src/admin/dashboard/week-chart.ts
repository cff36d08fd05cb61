import { formatDay } from '../../shared/format/dates.ts';
import type { DayCount } from './overview.ts';

/** What is drawn, in the units of the drawing. */
const COLUMN = 40;
const BAR = 24;
const HIGHEST = 72;
/** What a day with anybody at all has, beside one with many. */
const LOWEST = 3;
/** Above the highest bar stands its number, below the line the day. */
const LINE = HIGHEST + 20;
const NUMBER_GAP = 6;
const HEIGHT = LINE + 20;

/**
 * A week as bars, ready to be printed: in a drawing for eyes, in a table for screen readers. The highest bar is always
 * as high.
 */
export function weekChart(days: readonly DayCount[], locale: string) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const numbers = new Intl.NumberFormat(locale);
  const weekdays = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  const bars = days.map(({ start, count }, index) => {
    const height = count === 0 ? 0 : Math.max(LOWEST, Math.round((count / most) * HIGHEST));
    return {
      x: index * COLUMN + (COLUMN - BAR) / 2,
      y: LINE - height,
      width: BAR,
      height,
      // Of the column, where the texts stand.
      middle: index * COLUMN + COLUMN / 2,
      numberY: LINE - height - NUMBER_GAP,
      dayY: HEIGHT - 4,
      number: numbers.format(count),
      // Short, and in full.
      day: weekdays.format(start),
      date: formatDay(start, locale),
    };
  });
  return { width: days.length * COLUMN, height: HEIGHT, line: LINE, bars };
}
