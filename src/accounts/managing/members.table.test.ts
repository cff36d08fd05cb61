import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '../../roles.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { facetsOf } from './member-facets.ts';
import { MEMBER_STATES, memberState } from './member-state.ts';
import { wordsOf } from './member-words.ts';
import {
  countEach,
  findAlongOrder,
  findAmongFew,
  type ListedMember,
  type MemberQuery,
  type Stretch,
} from './members.table.ts';

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
          const username = `${first}.${LAST_NAMES[index % LAST_NAMES.length]}.${index}`;
          const email = `${first}${index}@${index % 2 ? 'example.org' : 'mail.example'}`;
          rows.push({
            id: index + 1,
            username,
            username_key: username.toLowerCase(),
            email,
            email_key: email.toLowerCase(),
            password_hash: '-',
            role,
            created_at: NOW - (index % 7),
            approved_at: state === 'waiting' ? null : NOW,
            frozen_at: state === 'locked' ? NOW : null,
            disabled_at: state === 'disabled' ? NOW : null,
            closing_at: state === 'closing' ? NOW : null,
            email_verified_at: verified,
            two_factor_since: twoFactor,
          });
        }
  await database.db('users').insert(rows);
  const words = rows.flatMap(({ id, username, email, created_at, username_key }) =>
    wordsOf({ username: String(username), email: String(email) }).map((word) => ({
      user_id: id,
      word,
      created_at,
      username_key,
    })),
  );
  await database.db('member_words').insert(words);
  const erased = { username: 'erased #99', email: '', password_hash: '-', role: 'user', created_at: NOW };
  const keys = { username_key: 'erased #99', email_key: 'erased #99', erased_at: NOW, disabled_at: NOW };
  await database.db('users').insert({ id: 99, ...erased, ...keys });
  everybody = await all({ words: [], facets: facetsOf({}) });
});
afterAll(() => database.drop());

const NEWEST: Stretch = { column: 'created_at', descending: true, limit: 1_000 };

async function all(query: MemberQuery, stretch = NEWEST): Promise<ListedMember[]> {
  return findAlongOrder(database.db, query, stretch);
}

/** What a query should find, by looking at everybody. */
function expected({ words, joinedSince = 0 }: MemberQuery, fits: (member: ListedMember) => boolean) {
  return everybody.filter(
    (member) =>
      fits(member) &&
      member.createdAt >= joinedSince &&
      words.every((text) => wordsOf(member).some((word) => word.startsWith(text))),
  );
}

const ids = (members: { id: number }[]) => members.map(({ id }) => id);
const sortedIds = (members: { id: number }[]) => ids(members).sort((one, other) => one - other);

test('everybody is there but who is erased', () => {
  expect(sortedIds(everybody)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
});

describe('a choice of facets', () => {
  test.each(MEMBER_STATES)('finds who is %s, as the member screen says it', async (state) => {
    const found = await all({ words: [], facets: facetsOf({ states: [state] }) });
    expect(found.length).toBeGreaterThan(0);
    const ofState = everybody.filter((member) => memberState(member, 'approval') === state);
    expect(sortedIds(found)).toEqual(sortedIds(ofState));
  });

  test.each(ROLES)('finds who has the role %s', async (role) => {
    const found = await all({ words: [], facets: facetsOf({ role }) });
    expect(sortedIds(found)).toEqual(sortedIds(everybody.filter((member) => member.role === role)));
  });

  test('finds who is confirmed or not, and who has two-factor or not', async () => {
    for (const yes of [true, false]) {
      const verified = await all({ words: [], facets: facetsOf({ verified: yes }) });
      expect(verified.map((member) => member.emailVerifiedAt !== null)).toEqual(Array(30).fill(yes));
      const twoFactor = await all({ words: [], facets: facetsOf({ twoFactor: yes }) });
      expect(twoFactor.map((member) => member.twoFactorSince !== null)).toEqual(Array(30).fill(yes));
    }
  });

  test('finds the one member who has them all', async () => {
    const facets = facetsOf({ role: 'admin', states: ['locked'], verified: true, twoFactor: false });
    expect(facets).toHaveLength(1);
    expect(await all({ words: [], facets })).toMatchObject([
      { role: 'admin', frozenAt: NOW, emailVerifiedAt: NOW, twoFactorSince: null },
    ]);
  });
});

const isUser = ({ role }: ListedMember) => role === 'user';
const anybody = () => true;

describe.each<[string, MemberQuery, (member: ListedMember) => boolean]>([
  ['everybody', { words: [], facets: facetsOf({}) }, anybody],
  ['users', { words: [], facets: facetsOf({ role: 'user' }) }, isUser],
  ['one word', { words: ['ann'], facets: facetsOf({}) }, anybody],
  ['two words', { words: ['ann', 'smith'], facets: facetsOf({}) }, anybody],
  ['three words', { words: ['exa', 's', 'c'], facets: facetsOf({}) }, anybody],
  ['a whole address', { words: ['anna0@mail.example'], facets: facetsOf({}) }, anybody],
  ['a word in the middle of none', { words: ['nn'], facets: facetsOf({}) }, anybody],
  ['signs that mean something in SQL', { words: ["%' or 1=1"], facets: facetsOf({}) }, anybody],
  ['words among users', { words: ['smith', 'd'], facets: facetsOf({ role: 'user' }) }, isUser],
  ['a day', { words: [], facets: facetsOf({}), joinedSince: NOW - 3 }, anybody],
  ['all', { words: ['exa'], facets: facetsOf({ role: 'user' }), joinedSince: NOW - 5 }, isUser],
])('looking for %s', (_what, query, fits) => {
  const { words } = query;
  const fewBy = (rare: readonly string[], stretch: Stretch, counted = false) =>
    findAmongFew(database.db, query, { rare, counted }, stretch);
  const readers: [string, (stretch: Stretch) => Promise<ListedMember[]>][] = [
    ['few by facets', (stretch) => fewBy([], stretch)],
    ['few by words', (stretch) => fewBy(words, stretch)],
    ['few by words, counted', (stretch) => fewBy(words, stretch, true)],
    ['few by one of the words', (stretch) => fewBy(words.slice(0, 1), stretch)],
    ['along the order', (stretch) => findAlongOrder(database.db, query, stretch)],
  ];

  test.each(readers)('finds the same: %s', async (_how, read) => {
    const wanted = sortedIds(expected(query, fits));
    expect(sortedIds(await read(NEWEST))).toEqual(wanted);
  });

  test.each(readers)('reads page after page in every order, nobody twice: %s', async (_how, read) => {
    const keys = {
      created_at: (member: ListedMember) => member.createdAt,
      username_key: (member: ListedMember) => member.username.toLowerCase(),
    };
    for (const column of ['created_at', 'username_key'] as const)
      for (const descending of [true, false]) {
        const whole = await read({ column, descending, limit: 1_000 });
        const ordered = whole.toSorted((one, other) => {
          const [a, b] = [keys[column](one), keys[column](other)];
          const way = a < b || (a === b && one.id < other.id) ? -1 : 1;
          return descending ? -way : way;
        });
        expect(ids(whole)).toEqual(ids(ordered));

        const pages: number[] = [];
        let last: ListedMember | undefined;
        do {
          const behind = last && { value: keys[column](last), id: last.id };
          const page = await read({ column, descending, behind, limit: 17 });
          pages.push(...ids(page));
          last = page.at(16);
        } while (last);
        expect(pages).toEqual(ids(whole));
      }
  });

  test('is counted each condition by itself, up to a bound', async () => {
    const counts = await countEach(database.db, query, { facets: 1_000, words: 1_000 });
    expect(counts.facets).toBe(expected({ ...query, words: [] }, fits).length);
    const entries = everybody.flatMap((member) => wordsOf(member));
    expect(counts.words).toEqual(words.map((text) => entries.filter((word) => word.startsWith(text)).length));
    const bounded = await countEach(database.db, query, { facets: 2, words: 3 });
    expect(bounded).toEqual({
      facets: Math.min(2, counts.facets),
      words: counts.words.map((count) => Math.min(3, count)),
    });
  });
});

test('few are counted as a whole on every page', async () => {
  const query = { words: ['smith'], facets: facetsOf({}) };
  const stretch = { ...NEWEST, limit: 1 };
  const [first] = await findAmongFew(database.db, query, { rare: ['smith'], counted: true }, stretch);
  expect(first?.total).toBe(expected(query, anybody).length);
  const behind = { value: NOW - 4, id: 1 };
  const [later] = await findAmongFew(database.db, query, { rare: [], counted: true }, { ...stretch, behind });
  expect(later?.total).toBe(first?.total);
});
