import { createHash } from 'node:crypto';
import { wordsOf } from '../src/accounts/managing/member-words.ts';
import { NO_PASSWORD } from '../src/accounts/users.table.ts';
import { DAY } from '../src/clock.ts';
import type { Database } from '../src/database/connection.ts';
import { dialectOf } from '../src/database/dialect.ts';
import { foldCase } from '../src/database/fold-case.ts';

/** What few rows have: as many in a long list as in a short one, and less than a page. */
const FEW = 10;
const YEARS = 3 * 365 * DAY;

/** Rows of one insert; SQLite takes no more values at once. */
const BATCH = 500;

/** Names of members, by how many have them; the last word is in everybody's address. */
export const WORDS = {
  few: 'zebedee',
  hundreds: 'yolanda',
  thousands: 'xavier',
  third: 'anna',
  all: 'example',
};
const FIRST_NAMES = ['alice', 'bob', 'carol', 'dan', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'];
const LAST_NAMES = ['baker', 'cooper', 'fisher', 'gardner', 'hunter', 'mason', 'potter', 'sawyer', 'tanner'];
const HOSTS = ['mail.example', 'post.example', 'club.example'];

/** Usernames of members with a part in the log: who did much, to whom much was done, and who did little. */
export const PEOPLE = { doer: 'mina', sufferer: 'alan', rare: 'rita' };

/** A day on which much happened, a year and a half ago: when it began, in UTC milliseconds. */
export function busyDay(now: number): number {
  return now - (now % DAY) - 547 * DAY;
}

/**
 * Fills the lists of the back office with what a store gathers in years: members of all kinds, and an audit log whose
 * chain is of no use, because it is only read. Whatever is filtered by, a page shows as many rows in a short list as in
 * a long one. The admin who looks is there already.
 *
 * @param rows how many each list then has
 */
export async function fillLists(db: Database, rows: number): Promise<void> {
  const now = Date.now();
  const count = rows - 1;
  await insert(
    db,
    'users',
    Array.from({ length: count }, (_none, index) => memberRow(index, count, now)),
  );
  const users: { id: number; username: string; email: string; created_at: number }[] = await db('users')
    .where('password_hash', NO_PASSWORD)
    .orderBy('id')
    .select('id', 'username', 'email', 'created_at');
  const words = users.flatMap((user) => {
    const order = { created_at: user.created_at, username_key: foldCase(user.username) };
    return wordsOf(user).map((word) => ({ user_id: user.id, word, ...order }));
  });
  await insert(db, 'member_words', words);

  // The rows that making and letting in the admin wrote would stand in their way.
  await db('audit_log').delete();
  const ids = users.map(({ id }) => id);
  const log = Array.from({ length: rows }, (_none, index) => auditRow(index, rows, ids, now));
  await insert(db, 'audit_log', log);
  await db('audit_head').update({ sequence: rows, hash: log.at(-1)?.hash });
  // What the server does by itself, a while after so many rows have come.
  if (dialectOf(db) === 'postgres') await db.raw('vacuum analyze');
}

async function insert(db: Database, table: string, rows: object[]): Promise<void> {
  await db.transaction(async (trx) => {
    for (let start = 0; start < rows.length; start += BATCH) {
      await trx(table).insert(rows.slice(start, start + BATCH));
    }
  });
}

/** A share of all rows, but more than a page of them in a short list too. */
const shareOf = (rows: number, share: number, page: number) => Math.max(page, Math.round(rows * share));

/** Puts the rows in another order, so that those that are alike in one thing are not so in others. */
const shuffled = (index: number, rows: number, step: number) => (index * step) % rows;

/** Says in which group a place is, by how many each group has; beyond the last, in none. */
function groupOf<Name extends string>(place: number, sizes: Record<Name, number>): Name | undefined {
  let end = 0;
  for (const [name, size] of Object.entries<number>(sizes)) {
    end += size;
    if (place < end) return name as Name;
  }
  return undefined;
}

const pick = <Item>(items: readonly Item[], index: number) => items[index % items.length] as Item;

const MEMBERS_PAGE = 26;

function memberRow(index: number, rows: number, now: number) {
  const many = (share: number) => shareOf(rows, share, MEMBERS_PAGE);
  const place = (step: number) => shuffled(index, rows, step);
  const username = usernameOf(index, place(6_133), many);
  const email = `${username}@${pick(HOSTS, index)}`;
  const createdAt = joinedAt(index, rows, now);
  // Those who wait have joined last.
  const others = rows - many(0.025);
  const waits = index >= others;
  const placeAmongOthers = (step: number) => (waits ? rows : shuffled(index, others, step));
  const state = groupOf(placeAmongOthers(7_919), { locked: FEW, closing: FEW, disabled: many(0.019) });
  const role = groupOf(placeAmongOthers(3_571), { admin: FEW / 2, moderator: FEW });
  return {
    username,
    username_key: username,
    email,
    email_key: email,
    password_hash: NO_PASSWORD,
    role: role ?? 'user',
    created_at: createdAt,
    approved_at: waits ? null : createdAt,
    disabled_at: state === 'disabled' ? now : null,
    frozen_at: state === 'locked' ? now : null,
    closing_at: state === 'closing' ? now + 5 * DAY : null,
    email_verified_at: place(4_447) < rows * 0.7 ? createdAt : null,
    two_factor_since: place(2_711) < rows * 0.3 ? createdAt : null,
  };
}

function usernameOf(index: number, place: number, many: (share: number) => number): string {
  const person = Object.values(PEOPLE)[index];
  if (person) return person;
  const { few, hundreds, thousands, third } = WORDS;
  const first = groupOf(place, {
    [few]: FEW,
    [hundreds]: many(0.009),
    [thousands]: many(0.045),
    [third]: many(0.33),
  });
  return `${first ?? pick(FIRST_NAMES, place)}.${pick(LAST_NAMES, index)}.${index}`;
}

/** A few joined within the last days, a few within the last weeks, the others over three years. */
function joinedAt(index: number, rows: number, now: number): number {
  const last = rows - index;
  if (last <= FEW) return now - (last * DAY) / 2;
  if (last <= 2 * FEW) return now - last * DAY;
  return now - 31 * DAY - Math.round((last / rows) * (YEARS - 31 * DAY));
}

const AUDIT_PAGE = 51;

function auditRow(index: number, rows: number, ids: readonly number[], now: number) {
  const many = (share: number) => shareOf(rows, share, AUDIT_PAGE);
  const place = (step: number) => shuffled(index, rows, step);
  const [doer = 0, sufferer = 0, rare = 0] = ids;
  const what = groupOf(place(7_919), { failed: many(0.02), role: FEW });
  const by = groupOf(place(3_571), { guest: FEW, operator: FEW, rare: FEW, doer: many(0.05) });
  const kind = by === 'guest' || by === 'operator' ? by : 'member';
  // None of these three, also where there are few.
  const somebody = ids[3 + (place(6_133) % (ids.length - 3))] as number;
  const personal = JSON.stringify({
    salt: 'AAAAAAAAAAAAAAAAAAAAAA',
    address: '192.0.2.17',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    details: { factors: ['password'], number: index },
  });
  return {
    sequence: index + 1,
    at: happenedAt(index, rows, now, many(0.001)),
    action: what === 'failed' ? 'login.failed' : what === 'role' ? 'role.changed' : 'login.succeeded',
    actor_kind: kind,
    actor_id: kind !== 'member' ? null : by === 'doer' ? doer : by === 'rare' ? rare : somebody,
    subject_id: what === 'failed' ? sufferer : what === 'role' ? rare : somebody,
    personal,
    personal_hash: sha256(personal),
    previous_hash: sha256(String(index)),
    hash: sha256(String(index + 1)),
  };
}

/** Evenly over three years, but for one day on which much happened. */
function happenedAt(index: number, rows: number, now: number, onBusyDay: number): number {
  const before = Math.floor((rows - onBusyDay) / 2);
  const day = busyDay(now);
  const start = now - YEARS;
  if (index < before) return start + Math.floor((index / before) * (day - start));
  const later = index - before - onBusyDay;
  if (later < 0) return day + Math.floor(((index - before) / onBusyDay) * DAY);
  const end = day + DAY;
  return end + Math.floor((later / before) * (now - DAY - end));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
