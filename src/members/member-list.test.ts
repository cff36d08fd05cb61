import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Membership } from '../settings/store-settings.ts';
import { DEFAULT_SETTINGS } from '../settings/store-settings.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { readMemberFilters } from './member-filters.ts';
import { formatCount, listMembers } from './member-list.ts';
import type { Cursor } from './members.table.ts';

const NOW = 1_800_000_000_000;
/** More than are counted. */
const MANY = 1_100;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const users = Array.from({ length: MANY }, (_none, index) => {
    const id = index + 1;
    // One in a hundred is a smith, one in twenty a moderator, and two at a time join at the same instant.
    const username = `${id % 100 === 0 ? 'smith' : 'member'}-${String(id).padStart(4, '0')}`;
    const email = `m${id}@example.org`;
    return {
      id,
      username,
      username_key: username,
      email,
      email_key: email,
      email_domain: 'example.org',
      password_hash: '-',
      role: id % 20 === 0 ? 'moderator' : 'user',
      created_at: NOW - MANY + Math.floor(id / 2),
      approved_at: NOW,
    };
  });
  for (let from = 0; from < MANY; from += 500) {
    await database.db('users').insert(users.slice(from, from + 500));
  }
});
afterAll(() => database.drop());

function list(filters: Record<string, string>, cursor?: Cursor, membership: Membership = 'open') {
  const context = { db: database.db, clock: () => NOW, settings: { ...DEFAULT_SETTINGS, membership } };
  return listMembers(context, readMemberFilters(filters, membership), cursor);
}

const idsOf = ({ members }: { members: { id: number }[] }) => members.map(({ id }) => id);

describe('a list of members', () => {
  test.each([
    ['newest', {}, [1100, 1099, 1098]],
    ['oldest', { sort: 'oldest' }, [1, 2, 3]],
    ['name', { sort: 'name' }, [1, 2, 3]],
    ['name, backwards', { sort: 'name-desc' }, [1100, 1000, 900]],
    ['a role', { role: 'moderator' }, [1100, 1080, 1060]],
    ['a search', { q: 'Smith', sort: 'oldest' }, [100, 200, 300]],
    ['a search by domain', { q: '@EXAMPLE.org' }, [1100, 1099, 1098]],
    ['a search within a role', { q: 'member', role: 'moderator' }, [1080, 1060, 1040]],
  ])('begins with the right ones: %s', async (_what, filters: Record<string, string>, first) => {
    expect(idsOf(await list(filters)).slice(0, 3)).toEqual(first);
  });

  test.each([
    ['all', {}, '1,000+'],
    ['the moderators', { role: 'moderator' }, '55'],
    ['the admins', { role: 'admin' }, 'none'],
    ['the smiths', { q: 'smith' }, '11'],
    ['a domain', { q: 'example.org' }, '1,000+'],
    ['nobody', { q: 'zzz' }, 'none'],
  ])('knows how many there are, up to 1,000: %s', async (_what, filters: Record<string, string>, count) => {
    expect(formatCount((await list(filters)).count, 'en')).toBe(count);
  });

  test('counts exactly 1,000 as such', () => {
    expect([1_000, 1_001].map((count) => formatCount(count, 'en'))).toEqual(['1,000', '1,000+']);
  });

  test.each([
    ['a role', { role: 'moderator' }, 3],
    ['all', {}, 44],
    ['a search by name', { q: 'member', sort: 'name' }, 44],
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

  test('begins anew where nothing is behind a cursor, and where less than a page is before it', async () => {
    const first = idsOf(await list({}));
    const nowhere: Cursor = { direction: 'after', value: 0, id: 1 };
    const second: Cursor = { direction: 'before', value: NOW - MANY + 549, id: 1_099 };
    const future: Cursor = { direction: 'before', value: 999_999_999_999_999, id: 999_999_999 };
    for (const cursor of [nowhere, second, future]) expect(idsOf(await list({}, cursor))).toEqual(first);
  });
});
