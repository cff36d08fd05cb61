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

const KIND_NAMES = Object.keys(KINDS) as Actor['kind'][];

export const LONGEST_NAME = 100;

const name = z.string().trim().max(LONGEST_NAME).catch('');
const day = z.union([z.literal(''), z.iso.date()]).catch('');

/** What the log is looked through for, as it stands in the address. Nonsense in a field is that field's default. */
const filters = z.object({
  /** Usernames: who did it, and on whom. */
  who: name,
  whom: name,
  action: z.string().regex(ACTION).catch(''),
  by: z.union([z.literal(''), z.enum(KIND_NAMES)]).catch(''),
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
  const format = (day: string) => formatDay(dayStart(day) ?? 0, locale);
  const doer = who || (by && KINDS[by]);
  const people = [doer && TEXTS.who(doer), whom && TEXTS.whom(whom)].join('');
  const span = [from && TEXTS.from(format(from)), until && TEXTS.until(format(until))].join('');
  const times = from && from === until ? TEXTS.at(format(from)) : span;
  return [action ? formatAction(action) : TEXTS.everything, people, times].filter(Boolean).join(',');
}

/** When a day begins, in UTC milliseconds; undefined for none. */
export function dayStart(day: string): number | undefined {
  return day === '' ? undefined : Date.parse(day);
}
