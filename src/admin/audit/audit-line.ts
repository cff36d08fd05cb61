import { personalOf } from '../../audit/audit.ts';
import type { AuditRow } from '../../audit/audit-log.table.ts';
import type { Name } from '../../members/names.table.ts';
import { paths } from '../../paths.ts';
import { formatDevice } from '../../shared/format/devices.ts';
import { formatAction } from './actions.ts';

export const TEXTS = {
  you: 'you',
  erasedPerson: 'somebody who was erased',
  guest: 'somebody not logged in',
  system: 'the store',
  operator: 'the terminal',
  operatorName: (name: string) => `the terminal (${name})`,
  erased: 'The details were erased.',
  change: 'Change',
  token: 'Through',
  nothing: 'nothing',
  yes: 'yes',
  no: 'no',
};

/** As much of a value as a reader needs; the export has all of it. */
const LONGEST_VALUE = 160;
/** Enough of a hash to tell rows apart by eye. */
const SHORT_HASH = 8;

/** Somebody in a row; with a link to them where there is something to see. */
export interface Person {
  text: string;
  url?: string;
}

/** A row of the log as its template prints it. */
export interface AuditLine {
  /** Its place in the chain; undefined while it is not linked. */
  link: { number: number; hash: string; shortHash: string } | undefined;
  moment: { iso: string; text: string };
  who: Person;
  what: string;
  action: string;
  whom: Person | undefined;
  from: { address: string; device: string } | undefined;
  details: { label: string; text: string }[];
  /** Said where the details were erased. */
  erased: string | undefined;
}

/** How the page of somebody shows the rows of the log. */
export interface AuditLook {
  /** Who looks at it. */
  viewerId: number;
  names: Map<number, Name>;
  clockFormat: Intl.DateTimeFormat;
}

/** Seconds matter in a log, and there are many rows: to be made once. In UTC. */
export function clockFormat(locale: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone: 'UTC',
  });
}

/** Prepares the rows of a page. Of a device that stands in many of them it is found out once what it is. */
export function auditLines(rows: readonly AuditRow[], look: AuditLook): AuditLine[] {
  const devices = new Map<string, string>();
  const deviceOf = (userAgent: string) => {
    const words = devices.get(userAgent) ?? formatDevice(userAgent);
    devices.set(userAgent, words);
    return words;
  };
  return rows.map((row) => auditLine(row, look, deviceOf));
}

function auditLine(row: AuditRow, look: AuditLook, deviceOf: (userAgent: string) => string): AuditLine {
  const { address, userAgent, token, operator, details = {} } = personalOf(row);
  return {
    link: linkOf(row),
    moment: { iso: new Date(row.at).toISOString(), text: look.clockFormat.format(row.at) },
    who: doer(row, operator, look),
    what: formatAction(row.action),
    action: row.action,
    whom: row.subjectId === null ? undefined : person(row.subjectId, look),
    from: address === undefined ? undefined : { address, device: deviceOf(userAgent ?? '') },
    details: [...(token === undefined ? [] : [{ label: TEXTS.token, text: token }]), ...detailLines(details)],
    erased: row.personal === null ? TEXTS.erased : undefined,
  };
}

function linkOf({ sequence, hash }: AuditRow): AuditLine['link'] {
  if (sequence === null || hash === null) return undefined;
  return { number: sequence, hash, shortHash: hash.slice(0, SHORT_HASH) };
}

function doer(row: AuditRow, operator: string | undefined, look: AuditLook): Person {
  if (row.actorKind === 'member') return person(row.actorId, look);
  if (row.actorKind === 'guest') return { text: TEXTS.guest };
  if (row.actorKind === 'system') return { text: TEXTS.system };
  return { text: operator === undefined ? TEXTS.operator : TEXTS.operatorName(operator) };
}

function person(id: number | null, { viewerId, names }: AuditLook): Person {
  const name = id === null ? undefined : names.get(id);
  if (id === null || !name || name.erased) return { text: TEXTS.erasedPerson };
  return { text: id === viewerId ? TEXTS.you : name.username, url: paths.adminMember(id) };
}

/** What a row tells besides, line by line; before and after first. */
function detailLines(details: Record<string, unknown>): { label: string; text: string }[] {
  const { from, to, ...others } = details;
  const change =
    from === undefined && to === undefined ? [] : [{ label: TEXTS.change, text: changeWords(from, to) }];
  const lines = Object.entries(others).map(([key, value]) => ({ label: keyWords(key), text: words(value) }));
  return [...change, ...lines];
}

/** `newBrowser` is "New browser". */
function keyWords(key: string): string {
  const text = key.replaceAll(/[-_.]/g, ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return cut(text.charAt(0).toUpperCase() + text.slice(1));
}

function changeWords(from: unknown, to: unknown): string {
  return `${words(from)} → ${words(to)}`;
}

function words(value: unknown): string {
  if (value === undefined || value === null || value === '') return TEXTS.nothing;
  if (typeof value === 'boolean') return value ? TEXTS.yes : TEXTS.no;
  if (Array.isArray(value)) return value.length === 0 ? TEXTS.nothing : cut(value.map(words).join(', '));
  if (isChange(value)) return changeWords(value.from, value.to);
  if (typeof value !== 'object') return cut(String(value));
  const parts = Object.entries(value).map(([key, part]) => `${key}: ${words(part)}`);
  return parts.length === 0 ? TEXTS.nothing : cut(parts.join(', '));
}

/** `{ from, to }`: one of several things that were changed together. */
function isChange(value: unknown): value is { from: unknown; to: unknown } {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value;
}

function cut(text: string): string {
  if (text.length <= LONGEST_VALUE) return text;
  // Never half of a character that takes two.
  return `${[...text.slice(0, LONGEST_VALUE + 1)].slice(0, -1).join('')}…`;
}
