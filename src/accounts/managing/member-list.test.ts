import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Membership } from '../../settings/store-settings.ts';
import { DEFAULT_SETTINGS } from '../../settings/store-settings.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { readMemberFilters } from './member-filters.ts';
import { countInWords, listMembers, type Place } from './member-list.ts';
import { wordsOf } from './member-words.ts';

const NOW = 1_800_000_000_000;
/** More than are few, of whatever kind. */
const MANY = 3_100;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const users: Record<string, unknown>[] = [];
  const words: Record<string, unknown>[] = [];
  for (let id = 1; id <= MANY; id += 1) {
    // One in a hundred is a moderator, one in five hundred a smith, and two at a time join at the same instant.
    const username = `${id % 500 === 0 ? 'smith' : 'member'}-${String(id).padStart(4, '0')}`;
    const email = `m${id}@example.org`;
    const names = { username, username_key: username, email, email_key: email };
    const role = id % 100 === 0 ? 'moderator' : 'user';
    const createdAt = NOW - MANY + Math.floor(id / 2);
    users.push({ id, ...names, password_hash: '-', role, created_at: createdAt, approved_at: NOW });
    for (const word of wordsOf({ username, email })) {
      words.push({ user_id: id, word, created_at: createdAt, username_key: username });
    }
  }
  for (const [table, rows] of Object.entries({ users, member_words: words })) {
    for (let from = 0; from < rows.length; from += 500) {
      await database.db(table).insert(rows.slice(from, from + 500));
    }
  }
});
afterAll(() => database.drop());

function list(filters: Record<string, string>, place?: Place, membership: Membership = 'open') {
  const context = { db: database.db, clock: () => NOW, settings: { ...DEFAULT_SETTINGS, membership } };
  return listMembers(context, readMemberFilters(filters, membership), place);
}

const idsOf = ({ members }: { members: { id: number }[] }) => members.map(({ id }) => id);

describe('a list of members', () => {
  test.each([
    ['newest', {}, [3100, 3099, 3098]],
    ['oldest', { sort: 'oldest' }, [1, 2, 3]],
    ['name', { sort: 'name' }, [1, 2, 3]],
    ['name, backwards', { sort: 'name-desc' }, [3000, 2500, 2000]],
    ['few by facets', { role: 'moderator' }, [3100, 3000, 2900]],
    ['few by a word', { q: 'smith', sort: 'oldest' }, [500, 1000, 1500]],
    ['many by a word', { q: 'member' }, [3100, 3099, 3098]],
    ['many by two words', { q: 'member exam' }, [3100, 3099, 3098]],
    ['a rare and a common word', { q: 'exam smith' }, [3000, 2500, 2000]],
    ['many by a word, few by facets', { q: 'member', role: 'moderator' }, [3100, 2900, 2800]],
  ])('begins with the right ones: %s', async (_what, filters: Record<string, string>, first) => {
    expect(idsOf(await list(filters)).slice(0, 3)).toEqual(first);
  });

  test.each([
    ['all', {}, { moreThan: 2_000 }, 'more than 2,000'],
    ['the moderators', { role: 'moderator' }, { exact: 31 }, '31'],
    ['the admins', { role: 'admin' }, { exact: 0 }, 'none'],
    ['the smiths', { q: 'smith' }, { exact: 6 }, '6'],
    ['who is called member', { q: 'member' }, { moreThan: 25 }, 'more than 25'],
    ['nobody', { q: 'smith zzz' }, { exact: 0 }, 'none'],
  ])('knows how many there are: %s', async (_what, filters: Record<string, string>, count, words) => {
    const found = await list(filters);
    expect(found.count).toEqual(count);
    expect(countInWords(found.count, 'en')).toBe(words);
  });

  test.each([
    ['few', { role: 'moderator' }, 2],
    ['many', {}, 124],
    ['many with a word', { q: 'member', sort: 'name' }, 124],
  ])('leads to its end and back, nobody left out or twice: %s', async (_what, filters, pages) => {
    const forth: number[][] = [];
    let page = await list(filters);
    expect(page.previous).toBeUndefined();
    for (; page.next; page = await list(filters, page.next)) forth.push(idsOf(page));
    forth.push(idsOf(page));
    expect(forth).toHaveLength(pages);
    const everybody = forth.flat();
    expect(new Set(everybody).size).toBe(everybody.length);

    const back = [idsOf(page)];
    while (page.previous) {
      page = await list(filters, page.previous);
      back.unshift(idsOf(page));
    }
    expect(back.slice(1, -1)).toEqual(forth.slice(1, -1));
    expect(back[0]).toEqual(forth[0]);
  });

  test('begins anew where nothing is behind a place, and where less than a page is before it', async () => {
    const first = idsOf(await list({}));
    const nowhere: Place = { direction: 'after', member: { value: 0, id: 1 } };
    const second: Place = { direction: 'before', member: { value: NOW - MANY + 1_549, id: 3_099 } };
    const future: Place = { direction: 'before', member: { value: 999_999_999_999_999, id: 999_999_999 } };
    for (const place of [nowhere, second, future]) expect(idsOf(await list({}, place))).toEqual(first);
  });
});
