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

/** Whose page shows rows of the log, and the names of the people in them. */
interface Viewer {
  viewerId: number;
  names: Map<number, Name>;
}

export function auditLines(rows: readonly AuditRow[], viewer: Viewer, locale: string) {
  // Seconds matter in a log. In UTC.
  const clock = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone: 'UTC',
  });
  return rows.map((row) => auditLine(row, viewer, clock));
}

function auditLine(row: AuditRow, viewer: Viewer, clock: Intl.DateTimeFormat) {
  const { address, userAgent, token, operator, details = {} } = personalOf(row);
  return {
    // Its place in the chain; nothing while it is not linked.
    link: linkOf(row),
    moment: { iso: new Date(row.at).toISOString(), text: clock.format(row.at) },
    who: doer(row, operator, viewer),
    what: formatAction(row.action),
    action: row.action,
    whom: row.subjectId === null ? undefined : person(row.subjectId, viewer),
    from: address === undefined ? undefined : { address, device: formatDevice(userAgent ?? '') },
    details: [...(token === undefined ? [] : [{ label: TEXTS.token, text: token }]), ...detailLines(details)],
    erased: row.personal === null ? TEXTS.erased : undefined,
  };
}

function linkOf({ sequence, hash }: AuditRow) {
  if (sequence === null || hash === null) return undefined;
  return { number: sequence, hash, shortHash: hash.slice(0, SHORT_HASH) };
}

function doer(row: AuditRow, operator: string | undefined, viewer: Viewer) {
  if (row.actorKind === 'member') return person(row.actorId, viewer);
  if (row.actorKind === 'guest') return { text: TEXTS.guest };
  if (row.actorKind === 'system') return { text: TEXTS.system };
  return { text: operator === undefined ? TEXTS.operator : TEXTS.operatorName(operator) };
}

function person(id: number | null, { viewerId, names }: Viewer) {
  const name = id === null ? undefined : names.get(id);
  if (id === null || !name || name.erased) return { text: TEXTS.erasedPerson };
  return { text: id === viewerId ? TEXTS.you : name.username, url: paths.adminMember(id) };
}

/** What a row tells besides, line by line; before and after first. */
function detailLines(details: Record<string, unknown>): { label: string; text: string }[] {
  const { from, to, ...others } = details;
  const change =
    from === undefined && to === undefined ? [] : [{ label: TEXTS.change, text: formatChange(from, to) }];
  const lines = Object.entries(others).map(([key, value]) => ({
    label: formatKey(key),
    text: formatValue(value),
  }));
  return [...change, ...lines];
}

/** `newBrowser` is "New browser". */
function formatKey(key: string): string {
  const text = key.replaceAll(/[-_.]/g, ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return cut(text.charAt(0).toUpperCase() + text.slice(1));
}

function formatChange(from: unknown, to: unknown): string {
  return `${formatValue(from)} → ${formatValue(to)}`;
}

function formatValue(value: unknown): string {
  if (value === undefined || value === null || value === '') return TEXTS.nothing;
  if (typeof value === 'boolean') return value ? TEXTS.yes : TEXTS.no;
  if (Array.isArray(value))
    return value.length === 0 ? TEXTS.nothing : cut(value.map(formatValue).join(', '));
  if (isChange(value)) return formatChange(value.from, value.to);
  if (typeof value !== 'object') return cut(String(value));
  const parts = Object.entries(value).map(([key, part]) => `${key}: ${formatValue(part)}`);
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
