import { strToU8, zipSync } from 'fflate';
import { personalOf } from '../../audit/audit.ts';
import { type AuditRow, readAllOf } from '../../audit/audit-log.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { type PersonalRow, readPersonalData } from '../../features/declared-rows.table.ts';
import { dayOf } from '../../shared/clock.ts';
import { csvText } from '../../shared/format/csv.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { activityText } from '../events/events.ts';
import type { User } from '../users.table.ts';
import { readProfile } from './personal-data.table.ts';

const TEXTS = {
  you: 'you',
  store: 'the store',
  stranger: 'somebody not logged in',
  anotherMember: 'another member',
};

/**
 * Everything that the store holds about a member, as a zip of one JSON file and a CSV file for each part of it. No
 * secrets: what only proves who somebody is (hashes, tokens, keys) is left out. Times are in UTC (ISO 8601).
 */
export async function exportData(context: AccountContext, user: User, client: ClientInfo) {
  const { db, clock, settings } = context;
  const now = clock();
  const sections = {
    profile: [await readProfile(db, user.id)],
    ...(await readPersonalData(db, context.features, user.id)),
    activity: (await readAllOf(db, user.id)).map((row) => activityOf(row, user.id)),
  };
  const readable = Object.entries(sections).map(
    ([section, rows]) => [section, rows.map(withReadableTimes)] as const,
  );
  const json = { store: settings.storeName, exportedAt: new Date(now).toISOString() };
  const files: Record<string, Uint8Array> = {
    'data.json': strToU8(JSON.stringify({ ...json, ...Object.fromEntries(readable) }, null, 2)),
  };
  for (const [section, rows] of readable) files[`${section}.csv`] = strToU8(csvOf(rows));

  await inTransaction(db, (trx) =>
    recordAccountEvent(trx, context, { action: 'data.exported', user, client }),
  );
  const day = dayOf(now);
  return { name: `gatehouse-data-${user.username}-${day}.zip`, bytes: zipSync(files, { mtime: now }) };
}

/** From where an admin acted is the admin's, what an admin did to others is theirs: neither is told here. */
function activityOf(row: AuditRow, userId: number): PersonalRow {
  const aboutYou = row.subjectId === userId || row.subjectId === null;
  const byYou = row.actorKind === 'member' && row.actorId === userId;
  const stranger = row.actorKind === 'guest';
  const { address = null, userAgent = null, token = null, details = {} } = personalOf(row);
  const nowhere = { address: null, userAgent: null, token: null };
  const from = byYou || stranger ? { address, userAgent, token } : nowhere;
  return {
    happenedAt: row.at,
    action: row.action,
    what: aboutYou ? activityText(row.action, details) : '',
    details: aboutYou ? JSON.stringify(details) : '',
    by: byYou ? TEXTS.you : stranger ? TEXTS.stranger : TEXTS.store,
    about: aboutYou ? TEXTS.you : TEXTS.anotherMember,
    ...from,
  };
}

function withReadableTimes(row: PersonalRow): PersonalRow {
  const read = ([name, value]: [string, string | number | null]) => [
    name,
    typeof value === 'number' && /(At|Until)$/.test(name) ? new Date(value).toISOString() : value,
  ];
  return Object.fromEntries(Object.entries(row).map(read));
}

function csvOf(rows: PersonalRow[]): string {
  const [first] = rows;
  return first ? csvText(Object.keys(first), rows.map(Object.values)) : '';
}
