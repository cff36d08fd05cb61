import { expect, test } from 'vitest';
import { columns, columnsOf, toRow } from './rows.ts';

test('names in the code are columns in snake case', () => {
  expect(columns('id userId lastSeenAt')).toEqual({
    id: 'id',
    userId: 'user_id',
    lastSeenAt: 'last_seen_at',
  });
  expect(columnsOf('users', 'id createdAt')).toEqual({ id: 'users.id', createdAt: 'users.created_at' });
});

test('a row has what is given, null among it, and leaves out what is undefined', () => {
  expect(toRow({ userId: 7, dueOn: null, note: undefined, open_key: 'k' })).toEqual({
    user_id: 7,
    due_on: null,
    open_key: 'k',
  });
});
