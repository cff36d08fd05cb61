import { expect, test } from 'vitest';
import { foldCase } from './fold-case.ts';

test.each([
  ['Alice', 'alice'],
  ['ALICE@Example.ORG', 'alice@example.org'],
  ['ÉTAGÈRE', 'étagère'],
  ['cafe\u0301', 'café'],
  ['ЧАЙ', 'чай'],
  ['', ''],
])('%s is compared as %s', (text, folded) => {
  expect(foldCase(text)).toBe(folded);
  expect(foldCase(folded)).toBe(folded);
});
