import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../database/transaction.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { changeEmail, insertUser, renameUser } from '../users.table.ts';
import { searchWords, wordsOf } from './member-words.ts';

describe('the words of a member', () => {
  test.each([
    ['Anna.Smith', 'a.smith@Example.org', ['anna.smith', 'a.smith@example.org', 'smith', 'example', 'org']],
    ['bob', 'bob@example.org', ['bob@example.org', 'example', 'org']],
    ['carol_7', 'ZOË@example.org', ['carol_7', 'zoë@example.org', '7', 'example', 'org']],
    ['d-d', "o'hara+d@d.example", ['d-d', "o'hara+d@d.example", 'hara', 'example']],
  ])('of %s, %s', (username, email, words) => {
    expect(wordsOf({ username, email })).toEqual(words);
  });

  test('leave no beginning out that they do not have in another word', () => {
    const words = wordsOf({ username: 'ann.smith', email: 'ann.smith@smithy.example' });
    for (const part of ['ann', 'ann.smith', 'ann.smith@smithy.example', 'smith', 'smithy', 'example']) {
      expect(words.some((word) => word.startsWith(part))).toBe(true);
    }
    expect(words).toHaveLength(3);
  });
});

describe('a search', () => {
  test.each([
    ['  Anna   SMITH ', ['anna', 'smith']],
    ['Smith, Anna <anna@example.org>;', ['smith', 'anna', 'anna@example.org']],
    ['anna anna', ['anna']],
    ['one two three four', ['one', 'two', 'three']],
    ['cafe\u0301', ['café']],
    [' ,;:() ', []],
    ['%_!\\', ['%_!\\']],
  ])('for %j', (text, words) => {
    expect(searchWords(text)).toEqual(words);
  });

  test('of 10,000 characters is cut to what an address can hold', () => {
    expect(searchWords('x'.repeat(10_000))).toEqual(['x'.repeat(254)]);
  });
});

describe('the table of words', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.drop());

  const wordsInTable = async (id: number) =>
    (await database.db('member_words').where('user_id', id).pluck('word')).sort();
  const added = async (username: string) => {
    const user = { username, email: `${username}@example.org`, passwordHash: '-', role: 'user' as const };
    return (await insertUser(database.db, { ...user, createdAt: 1, approvedAt: 1 })) as number;
  };

  test('follows a member from the first day through new names to the last', async () => {
    const id = await added('alice');
    expect(await wordsInTable(id)).toEqual(['alice@example.org', 'example', 'org']);
    await inTransaction(database.db, (trx) => renameUser(trx, id, 'Alicia'));
    expect(await wordsInTable(id)).toEqual(['alice@example.org', 'alicia', 'example', 'org']);
    await inTransaction(database.db, (trx) => changeEmail(trx, id, 'a@Other.example', 2));
    expect(await wordsInTable(id)).toEqual(['a@other.example', 'alicia', 'example', 'other']);
  });

  test('is as it was after a name that somebody else has', async () => {
    const bob = await added('bob');
    const carol = await added('carol');
    expect(await added('bob')).toBeUndefined();
    const before = await wordsInTable(carol);
    const outcome = await inTransaction(database.db, async (trx) => [
      await renameUser(trx, carol, 'BOB'),
      await changeEmail(trx, carol, 'bob@example.org', 2),
    ]);
    expect(outcome).toEqual([false, false]);
    expect(await wordsInTable(carol)).toEqual(before);
    expect(await wordsInTable(bob)).toEqual(['bob@example.org', 'example', 'org']);
  });
});
