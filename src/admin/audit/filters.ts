import { z } from 'zod';
import type { Actor } from '../../audit/audit.ts';
import { formatDay } from '../../shared/format/dates.ts';
import { ACTION, formatAction } from './actions.ts';

const TEXTS = {
  everything: 'Everything',
  who: (name: string) => ` done by ${name}`,
  whom: (name: string) => ` to ${name}`,
  from: (day: string) => ` from ${day}`,
  until: (day: string) => ` until ${day}`,
  at: (day: string) => ` on ${day}`,
};

export const KINDS: Record<Actor['kind'], string> = {
  member: 'members and staff',
  guest: 'somebody not logged in',
  system: 'the store by itself',
  operator: 'somebody at the terminal',
};

export const LONGEST_NAME = 100;

const name = z.string().trim().max(LONGEST_NAME).default('').catch('');
const day = z
  .string()
  .refine((text) => dayStart(text) !== undefined)
  .default('')
  .catch('');

/** What the log is looked through for, as it stands in the address. Nonsense in a field is that field's default. */
const filters = z.object({
  /** Usernames: who did it, and on whom. */
  who: name,
  whom: name,
  action: z.string().regex(ACTION).default('').catch(''),
  by: z
    .enum(Object.keys(KINDS) as [Actor['kind'], ...Actor['kind'][]])
    .or(z.literal(''))
    .default('')
    .catch(''),
  /** Days, in UTC; the last one counts. */
  from: day,
  until: day,
});

export type AuditFilters = z.output<typeof filters>;

export function readFilters(query: unknown): AuditFilters {
  return filters.parse(query);
}

export function givenFilters(asked: AuditFilters): Partial<AuditFilters> {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ''));
}

/** Tells filters in words: `Role changed, done by ana to bob, from 1 May 2026 until 3 May 2026`. */
export function formatFilter({ who, whom, action, by, from, until }: AuditFilters, locale: string): string {
  const words = (text: string) => formatDay(dayStart(text) ?? 0, locale);
  const people = [
    who === '' ? '' : TEXTS.who(who),
    who !== '' || by === '' ? '' : TEXTS.who(KINDS[by]),
    whom === '' ? '' : TEXTS.whom(whom),
  ];
  const times =
    from !== '' && from === until
      ? [TEXTS.at(words(from))]
      : [from === '' ? '' : TEXTS.from(words(from)), until === '' ? '' : TEXTS.until(words(until))];
  const parts = [people.join(''), times.join('')].filter((part) => part !== '');
  return [action === '' ? TEXTS.everything : formatAction(action), ...parts].join(',');
}

/** When a day begins, in UTC milliseconds; undefined when there is no such day. */
export function dayStart(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Of 30 February some engines make a day in March.
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(text) ? undefined : time;
}
