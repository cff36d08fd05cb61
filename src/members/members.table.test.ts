import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseUser } from '../accounts/closure/personal-data.table.ts';
import { changeEmail, insertUser, renameUser } from '../accounts/users.table.ts';
import { dialectOf } from '../database/dialect.ts';
import { foldCase } from '../database/fold-case.ts';
import { inTransaction } from '../database/transaction.ts';
import { ROLES } from '../permissions.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { MEMBER_STATES, memberState } from './member-state.ts';
import { countUpTo, findMembers, type ListedMember, type MemberQuery } from './members.table.ts';

const NOW = 1_800_000_000_000;
const FIRST_NAMES = ['anna', 'ann', 'bob', 'carol', 'Dave'];
const LAST_NAMES = ['smith', 'smithson', 'jones', 'o-hara'];

let database: TestDatabase;
/** Everybody in the table who is not erased. */
let everybody: ListedMember[];

/** One member of every role, state and sign-in, with names and days that many share, and one who is erased. */
beforeAll(async () => {
  database = await openTestDatabase();
  const rows: Record<string, unknown>[] = [];
  for (const twoFactor of [null, NOW])
    for (const verified of [null, NOW])
      for (const role of ROLES)
        for (const state of MEMBER_STATES) {
          const index = rows.length;
          const first = FIRST_NAMES[index % FIRST_NAMES.length];
          const last = LAST_NAMES[index % LAST_NAMES.length];
          rows.push({
            ...names(
              `${first}.${last}.${index}`,
              `${last}${index}@${index % 2 ? 'Example.org' : 'mail.example'}`,
            ),
            password_hash: '-',
            role,
            created_at: NOW - (index % 7),
            approved_at: state === 'waiting' ? null : NOW,
            locked_at: state === 'locked' ? NOW : null,
            disabled_at: state === 'disabled' ? NOW : null,
            closing_at: state === 'closing' ? NOW : null,
            email_verified_at: verified,
            two_factor_since: twoFactor,
          });
        }
  await database.db('users').insert(rows);
  const erased = { ...names('erased #99', ''), email_key: 'erased #99', email_domain: null };
  await database
    .db('users')
    .insert({ ...erased, password_hash: '-', created_at: NOW, erased_at: NOW, disabled_at: NOW });
  everybody = await find({});
});
afterAll(() => database.drop());

function names(username: string, email: string) {
  const keys = { username_key: foldCase(username), email_key: foldCase(email) };
  return { username, email, ...keys, email_domain: keys.email_key.split('@')[1] };
}

const EVERYBODY: MemberQuery = {
  prefix: undefined,
  role: undefined,
  state: undefined,
  needsApproval: true,
  verified: undefined,
  twoFactor: undefined,
  joinedSince: undefined,
  order: { column: 'created_at', descending: true },
};

const find = (query: Partial<MemberQuery>) =>
  findMembers(database.db, { ...EVERYBODY, ...query }, { limit: 1_000 });
const ids = (members: { id: number }[]) => members.map(({ id }) => id);
const sortedIds = (members: { id: number }[]) => ids(members).sort((one, other) => one - other);

test('everybody is there but who is erased', () => {
  expect(new Set(ids(everybody)).size).toBe(60);
  expect(everybody.filter(({ username }) => username.includes('erased'))).toEqual([]);
});

describe('a filter', () => {
  test.each(MEMBER_STATES)('finds who is %s, as the member screen says it', async (state) => {
    for (const membership of ['approval', 'open'] as const) {
      const found = await find({ state, needsApproval: membership === 'approval' });
      const ofState = everybody.filter((member) => memberState(member, membership) === state);
      // Nobody asks for who waits where nobody has to.
      if (membership === 'approval' || state !== 'waiting') {
        expect(found.length).toBeGreaterThan(0);
        expect(sortedIds(found)).toEqual(sortedIds(ofState));
      }
    }
  });

  test.each(ROLES)('finds who has the role %s', async (role) => {
    expect(sortedIds(await find({ role }))).toEqual(
      sortedIds(everybody.filter((member) => member.role === role)),
    );
  });

  test('finds who is confirmed or not, and who has two-factor or not', async () => {
    for (const yes of [true, false]) {
      const verified = await find({ verified: yes });
      expect(verified.map((member) => member.emailVerifiedAt !== null)).toEqual(Array(30).fill(yes));
      const twoFactor = await find({ twoFactor: yes });
      expect(twoFactor.map((member) => member.twoFactorSince !== null)).toEqual(Array(30).fill(yes));
    }
  });

  test('finds who joined since a time', async () => {
    const found = await find({ joinedSince: NOW - 3 });
    expect(sortedIds(found)).toEqual(sortedIds(everybody.filter(({ createdAt }) => createdAt >= NOW - 3)));
  });

  test('narrows what others find', async () => {
    const query = { role: 'admin', state: 'locked', verified: true, twoFactor: false } as const;
    expect(await find(query)).toMatchObject([
      { role: 'admin', lockedAt: NOW, emailVerifiedAt: NOW, twoFactorSince: null },
    ]);
    expect(await find({ ...query, prefix: 'nobody' })).toEqual([]);
  });
});

/** What a search finds by looking at everybody. */
function startingWith(prefix: string): ListedMember[] {
  return everybody.filter(({ username, email }) =>
    [username, email, email.split('@')[1] as string].some((text) => foldCase(text).startsWith(prefix)),
  );
}

describe('a search', () => {
  test.each([
    ['a username', 'ann', 24],
    ['more of a username', 'anna.s', 6],
    ['a username with a capital', 'dave', 12],
    ['an email', 'smith', 30],
    ['a whole email', 'smith0@mail.example', 1],
    ['a domain', 'example.org', 30],
    ['a part of a domain', 'mail.ex', 30],
  ])('finds by %s', async (_what, prefix, count) => {
    expect(startingWith(prefix)).toHaveLength(count);
    expect(sortedIds(await find({ prefix }))).toEqual(sortedIds(startingWith(prefix)));
  });

  test('takes a domain with its @ as well, and then no name', async () => {
    expect(sortedIds(await find({ prefix: '@example.org' }))).toEqual(sortedIds(startingWith('example.org')));
    expect(await find({ prefix: '@anna' })).toEqual([]);
  });

  test.each(['nna', 'org', 'jones.', '%', 'ann_', 'ann%', '\\', "%' or 1=1", 'erased', '\u{10ffff}'])(
    'finds nobody by %s',
    async (prefix) => {
      expect(await find({ prefix })).toEqual([]);
    },
  );

  test('follows a member through new names to the erasure', async () => {
    const { db } = database;
    const olga = { username: 'Olga', email: 'olga@Old.example', passwordHash: '-', role: 'user' as const };
    const id = (await insertUser(db, { ...olga, createdAt: 1, approvedAt: 1 })) as number;
    expect(ids(await find({ prefix: 'old.ex' }))).toEqual([id]);
    await inTransaction(db, (trx) => renameUser(trx, id, 'Petra'));
    await inTransaction(db, (trx) => changeEmail(trx, id, 'p@New.example', 2));
    for (const prefix of ['olga', 'old.ex']) expect(await find({ prefix })).toEqual([]);
    for (const prefix of ['petra', 'p@new', 'new.ex']) expect(ids(await find({ prefix }))).toEqual([id]);
    await inTransaction(db, (trx) => eraseUser(trx, id, 3));
    for (const prefix of ['petra', 'p@new', 'new.ex']) expect(await find({ prefix })).toEqual([]);
    expect(await db('users').where({ id }).first('email_domain')).toEqual({ email_domain: null });
  });

  test('reads each of the three columns by its index', async () => {
    const used = await indexesOf({ ...EVERYBODY, prefix: 'anna.s' });
    for (const column of ['username_key', 'email_key', 'email_domain']) {
      expect(used).toContain(`users_${column}`);
    }
  });
});

/** The indexes that the database uses for a query, as it tells them itself. */
async function indexesOf(query: MemberQuery): Promise<string> {
  return inTransaction(database.db, async (trx) => {
    const statements: { sql: string; bindings: string[] }[] = [];
    trx.on('query', (statement) => statements.push(statement));
    await findMembers(trx, query, { limit: 26 });
    const [{ sql, bindings }] = statements as [(typeof statements)[number]];
    const asked = sql.replaceAll(/\$\d+/g, '?');
    switch (dialectOf(trx)) {
      case 'sqlite':
        return JSON.stringify(await trx.raw(`explain query plan ${asked}`, bindings));
      case 'postgres':
        // It prefers to read a table of a few rows as a whole.
        await trx.raw('set local enable_seqscan = off');
        return JSON.stringify((await trx.raw(`explain ${asked}`, bindings)).rows);
      case 'mysql':
        return JSON.stringify(
          (await trx.raw(`explain ${asked}`, bindings))[0].map(({ key }: { key: string }) => key),
        );
    }
  });
}

describe.each<[string, Partial<MemberQuery>]>([
  ['everybody', {}],
  ['users', { role: 'user' }],
  ['a search', { prefix: 'smith' }],
])('the pages of %s', (_what, filter) => {
  test.each([
    ['created_at', true],
    ['created_at', false],
    ['username_key', true],
    ['username_key', false],
  ] as const)('lead by %s on and back, nobody twice (descending: %s)', async (column, descending) => {
    const query: MemberQuery = { ...EVERYBODY, ...filter, order: { column, descending } };
    const placeOf = (member: ListedMember) =>
      column === 'created_at' ? member.createdAt : foldCase(member.username);
    const whole = await find(query);
    const ordered = whole.toSorted((one, other) => {
      const [a, b] = [placeOf(one), placeOf(other)];
      const before = a < b || (a === b && one.id < other.id);
      return before === descending ? 1 : -1;
    });
    expect(ids(whole)).toEqual(ids(ordered));

    for (const direction of ['after', 'before'] as const) {
      const read: number[] = [];
      let from = direction === 'after' ? whole[0] : whole.at(-1);
      while (from) {
        const cursor = { direction, value: placeOf(from), id: from.id };
        const page = await findMembers(database.db, query, { cursor, limit: 7 });
        if (direction === 'after') read.push(...ids(page));
        else read.unshift(...ids(page));
        from = direction === 'after' ? page.at(6) : page.at(-7);
      }
      expect(read).toEqual(direction === 'after' ? ids(whole).slice(1) : ids(whole).slice(0, -1));
    }
  });

  test('are counted, up to a bound', async () => {
    const query = { ...EVERYBODY, ...filter };
    expect(await countUpTo(database.db, query, 1_000)).toBe((await find(filter)).length);
    expect(await countUpTo(database.db, query, 3)).toBe(3);
  });
});
