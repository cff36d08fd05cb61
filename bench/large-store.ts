import { createHash, randomBytes } from 'node:crypto';
import { wordsOf } from '../src/accounts/managing/member-words.ts';
import { NO_PASSWORD } from '../src/accounts/users.table.ts';
import { rowAfter } from '../src/audit/audit.ts';
import { AUDIT_COLUMNS, type AuditHead, type AuditRow } from '../src/audit/audit-log.table.ts';
import { DAY } from '../src/clock.ts';
import type { Database } from '../src/database/connection.ts';
import { foldCase } from '../src/database/fold-case.ts';
import { knownMigrations } from '../src/database/migrations.ts';
import { type Filling, fillStore } from '../src/database/transfer/filling.ts';
import type { Row, Value } from '../src/database/transfer/rows.ts';
import type { Table } from '../src/database/transfer/shape.ts';

const BATCH = 1_000;
const NAMES = ['alice', 'Bob', 'carol', 'Zoë', 'erin', 'Łukasz', 'grace', 'heidi', 'ivan', 'judy'];
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const PICTURES = 20;
const PICTURE_SIZE = 2_000_000;

type Line = Record<string, Value>;

/**
 * Fills an empty database with what a store with many members holds: members with the words they are found by,
 * sessions, some known browsers, an audit log with a whole chain, and some large pictures.
 *
 * @returns how many rows it then holds
 */
export async function fillLargeStore(db: Database, members: number): Promise<number> {
  const migrations = await knownMigrations();
  const startedAt = Date.now();
  const plan = { what: 'restore', source: 'the bench', startedAt, migrations } as const;
  return fillStore(db, plan, async (filling) => {
    const counter = { rows: 0 };
    const write = writer(filling, counter);
    let head: AuditHead = { sequence: 0, hash: '' };
    for (let first = 1; first <= members; first += BATCH) {
      const ids = Array.from(
        { length: Math.min(BATCH, members - first + 1) },
        (_none, index) => first + index,
      );
      const users = ids.map((id) => memberOf(id, startedAt));
      await write('users', users);
      await write('member_words', users.flatMap(wordLines));
      await write(
        'sessions',
        ids.map((id) => sessionOf(id, startedAt)),
      );
      await write(
        'known_browsers',
        ids.filter((id) => id % 10 === 0).map((id) => browserOf(id, startedAt)),
      );
      const events = ids.map((id) => {
        head = rowAfter(head, startedAt - DAY + id, eventOf(id));
        return lineOf(head as AuditRow);
      });
      await write('audit_log', events);
    }
    await write('audit_head', [{ id: 1, sequence: head.sequence, hash: head.hash }]);
    for (let number = 0; number < PICTURES; number += 1) {
      const content = randomBytes(PICTURE_SIZE);
      await write('pictures', [
        { id: number + 1, content_hash: sha256(content), media_type: 'image/png', content },
      ]);
    }
    await write('catalogue_version', [{ id: 1, version: 1 }]);
    await write('store_settings', [{ id: 1, version: 1, data: '{}', changed_at: null, changed_by: null }]);
    await write('leases', [{ name: 'background', holder: '', beat: 0 }]);
    const numbered = filling.tables.filter((table) => table.numbered).map(({ name }) => [name, 1]);
    await filling.complete({ ...Object.fromEntries(numbered), users: members + 1, pictures: PICTURES + 1 });
    return counter.rows;
  });
}

/** Writes lines by the names of their columns; the rest of a row is null. */
function writer({ tables, insert }: Filling, counter: { rows: number }) {
  return async (name: string, lines: readonly Line[]): Promise<void> => {
    const table = tables.find((one) => one.name === name) as Table;
    const rowOf = (line: Line): Row => table.columns.map((column) => line[column.name] ?? null);
    await insert(table, lines.map(rowOf));
    counter.rows += lines.length;
  };
}

function memberOf(id: number, now: number) {
  const username = `${NAMES[id % NAMES.length]}-${id}`;
  const email = `${username}@mail.example`;
  const created_at = now - DAY - id;
  return {
    id,
    username,
    username_key: foldCase(username),
    email,
    email_key: foldCase(email),
    password_hash: NO_PASSWORD,
    role: id === 1 ? 'admin' : 'user',
    created_at,
    approved_at: created_at,
    email_verified_at: id % 3 === 0 ? null : created_at,
    two_factor_since: id % 5 === 0 ? created_at : null,
  };
}

function wordLines({ id, username, email, username_key, created_at }: ReturnType<typeof memberOf>): Line[] {
  return wordsOf({ username, email }).map((word) => ({ user_id: id, word, created_at, username_key }));
}

function sessionOf(id: number, now: number): Line {
  return {
    id_hash: sha256(`session ${id}`),
    user_id: id,
    created_at: now,
    last_seen_at: now,
    expires_at: now + DAY,
    ends_at: now + DAY,
    address: '192.0.2.17',
    user_agent: BROWSER,
    data: '{"cookie":{"path":"/","httpOnly":true,"sameSite":"lax"},"flash":{}}',
  };
}

function browserOf(id: number, now: number): Line {
  return {
    token_hash: sha256(`browser ${id}`),
    user_id: id,
    created_at: now,
    last_seen_at: now,
    expires_at: now + DAY,
    address: '192.0.2.17',
    user_agent: BROWSER,
    trusted_until: null,
  };
}

function lineOf(row: AuditRow): Line {
  return Object.fromEntries(
    Object.entries(AUDIT_COLUMNS).map(([name, column]) => [column, row[name as keyof AuditRow]]),
  );
}

function eventOf(id: number) {
  return {
    action: 'account.registered',
    actor: { kind: 'member', id },
    subjectId: id,
    client: { address: '192.0.2.17', userAgent: BROWSER },
    details: { factors: ['password'], name: 'Zoë 🦊' },
  } as const;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
