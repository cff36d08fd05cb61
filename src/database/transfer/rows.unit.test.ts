import { describe, expect, test } from 'vitest';
import { decodeRow, encodeRow, keyOf, type Row, sizeOf, TableDigest } from './rows.ts';
import type { Table } from './shape.ts';

const JARS: Table = {
  name: 'jars',
  columns: [
    { name: 'beans', kind: 'number' },
    { name: 'label', kind: 'text' },
    { name: 'seal', kind: 'bytes' },
  ],
  key: ['label', 'beans'],
  numbered: undefined,
};

const ROWS: Row[] = [
  [0, '', Buffer.alloc(0)],
  [null, null, null],
  [Number.MAX_SAFE_INTEGER, 'Zoë "the \\ fox" 🦊\u0000\n\u2028 ', Buffer.from([0, 255, 10, 34])],
  [-1, "o'hara", Buffer.from('jar')],
];

function digestOf(rows: readonly Row[]): TableDigest {
  const digest = new TableDigest();
  for (const row of rows) digest.add(row);
  return digest;
}

describe('a row', () => {
  test.each(ROWS.map((row) => [row]))('is one line, and comes back as it was: %j', (row) => {
    const line = encodeRow(row);
    expect(line).not.toContain('\n');
    expect(decodeRow(line, JARS)).toEqual(row);
  });

  test.each([
    '',
    '{}',
    '[1]',
    '["one","two",null]',
    '[1.5,"",null]',
    '[1,2,null]',
    '[9007199254740993,"",null]',
  ])('is refused where it is none of the table: %s', (line) => {
    expect(() => decodeRow(line, JARS)).toThrow();
  });

  test('is named by its key, in the order of the key', () => {
    expect(keyOf(JARS, [7, 'a "jar"', null])).toBe('label "a \\"jar\\"", beans 7');
  });

  test('takes the room of what it holds', () => {
    expect(sizeOf([1, 'four', Buffer.alloc(1_000)])).toBe(1_012);
  });
});

describe('the digest of a table', () => {
  test('is the same in any order', () => {
    expect(digestOf(ROWS.toReversed())).toMatchObject({ rows: 4, sum: digestOf(ROWS).sum });
  });

  test('of no rows is zeros, and of one is its SHA-256', () => {
    expect(digestOf([]).sum).toBe('0'.repeat(64));
    // printf '[-1,"o'\''hara","amFy"]' | sha256sum
    expect(digestOf(ROWS.slice(3)).sum).toBe(
      '73f09b69d767df52a5bdd455cf0f0c604d6d9a4b9b9b2f1306a52d8f2474054a',
    );
  });

  test.each<[string, Row[]]>([
    ['a row is missing', ROWS.slice(1)],
    ['a row is there twice', [...ROWS, ROWS[0] as Row]],
    ['a text is empty and not null', [...ROWS.slice(0, 3), [-1, "o'hara", null]]],
    ['a number is another', [...ROWS.slice(0, 3), [1, "o'hara", Buffer.from('jar')]]],
    ['a space is gone', [...ROWS.slice(0, 3), [-1, "o'har", Buffer.from('jar')]]],
  ])('is another where %s', (_what, rows) => {
    expect(digestOf(rows).sum).not.toBe(digestOf(ROWS).sum);
  });
});
