import { describe, expect, test } from 'vitest';
import { compareHashes, hashesFound, listedHashes } from '../testing/migration-hashes.mjs';

test('migrations and their frozen helper are as they were when they landed', () => {
  expect(compareHashes(listedHashes(), hashesFound())).toEqual([]);
});

describe('of what was listed', () => {
  const listed = { '1_one.ts': 'a', '2_two.ts': 'b', 'support/tables.ts': 'c' };

  test('nothing is said while it stays', () => {
    expect(compareHashes(listed, { ...listed })).toEqual([]);
  });

  test('a changed migration, a changed helper and a missing file are told to be brought back', () => {
    expect(compareHashes(listed, { '1_one.ts': 'x', 'support/tables.ts': 'y' })).toEqual([
      expect.stringMatching(/^migrations\/1_one\.ts was changed .* by a new migration\.$/),
      expect.stringMatching(/^migrations\/2_two\.ts is gone .* by a new migration\.$/),
      expect.stringMatching(/^migrations\/support\/tables\.ts was changed .* by a new migration\.$/),
    ]);
  });

  test('a new migration is told how it gets on the list', () => {
    expect(compareHashes(listed, { ...listed, '3_three.ts': 'd' })).toEqual([
      'migrations/3_three.ts is new. When it is ready to land: npm run hash-migrations',
    ]);
  });
});
