import { describe, expect, test } from 'vitest';
import { DAY } from '../shared/clock.ts';
import { formatFilters, isFiltered, queryOf, readMemberFilters } from './member-filters.ts';

const NOTHING = { q: '', role: '', state: '', verified: '', two_factor: '', joined: '', sort: 'newest' };

describe('filters', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty address', {}],
    ['empty fields', { q: ' ', role: '', state: '', verified: '', two_factor: '', joined: '', sort: '' }],
    [
      'nonsense',
      {
        q: ' \n',
        role: 'king',
        state: 'gone',
        verified: 'perhaps',
        two_factor: '1',
        joined: 'ever',
        sort: 'x',
      },
    ],
    ['lists', { q: ['a', 'b'], role: ['user', 'admin'], state: ['locked'], joined: [], sort: ['name'] }],
    ['objects', { q: {}, role: { $ne: 'user' }, state: null, verified: true, sort: 7 }],
    ['names of what every object has', { role: 'constructor', state: '__proto__', sort: 'toString' }],
  ])('made of %s ask for nothing', (_what, input) => {
    const filters = readMemberFilters(input, 'approval');
    expect(filters).toEqual(NOTHING);
    expect(isFiltered(filters)).toBe(false);
    expect(formatFilters(filters)).toBe('All members');
  });

  test('are told in words', () => {
    const all = {
      q: ' Anna.Smi ',
      role: 'moderator',
      state: 'locked',
      verified: 'no',
      two_factor: 'yes',
      joined: 'week',
      sort: 'name',
    };
    const filters = readMemberFilters(all, 'open');
    expect(filters).toEqual({ ...all, q: 'Anna.Smi' });
    expect(formatFilters(filters)).toBe(
      'Moderators, locked, not confirmed, with two-factor, joined in the last 7 days, matching “Anna.Smi”',
    );
    expect(formatFilters({ ...filters, role: '', q: 'x' })).toMatch(/^Members, locked, .* matching “x”$/);
  });

  test('are not only an order', () => {
    expect(isFiltered(readMemberFilters({ sort: 'name' }, 'open'))).toBe(false);
  });

  test('find nobody waiting where nobody has to be let in', () => {
    const waiting = { state: 'waiting' };
    expect(readMemberFilters(waiting, 'approval').state).toBe('waiting');
    expect(readMemberFilters(waiting, 'open').state).toBe('');
  });

  test('search for what names are compared by, cut to what an email can hold', () => {
    const prefixOf = (q: string) => queryOf(readMemberFilters({ q }, 'open'), 'open', 0).prefix;
    expect(prefixOf(' ANNA.S ')).toBe('anna.s');
    expect(prefixOf('CAFE\u0301')).toBe('café');
    expect(prefixOf('100%_!\\')).toBe('100%_!\\');
    expect(prefixOf('x'.repeat(10_000))).toBe('x'.repeat(254));
    expect(prefixOf('  ')).toBeUndefined();
  });

  test.each([
    ['today', 20 * DAY],
    ['week', 14 * DAY],
    ['month', -9 * DAY],
    ['', undefined],
  ])('joined %s mean whole days in UTC, today among them', (joined, since) => {
    const filters = readMemberFilters({ joined }, 'open');
    expect(queryOf(filters, 'open', 20 * DAY + 5).joinedSince).toBe(since);
  });
});
