import { expect, test } from 'vitest';
import { inColumns, printable, printReport } from './output.ts';

test.each([
  ['bob', 'bob'],
  ['Zoë Müller, 東京 🏮', 'Zoë Müller, 東京 🏮'],
  ['red \u001b[31m', 'red \\u001b[31m'],
  ['red \u009b31m', 'red \\u009b31m'],
  ['two\nlines\r\t', 'two\\u000alines\\u000d\\u0009'],
  ['\u202eeciла\u2066', '\\u202eeciла\\u2066'],
  ['\u0000\u007f', '\\u0000\\u007f'],
])('a line shows every character and obeys none: %j', (line, shown) => {
  expect(printable(line)).toBe(shown);
});

test('columns fit what stands in them, also what had to be made visible', () => {
  expect(
    inColumns([
      ['a\u001b', 'x', 'end'],
      ['bb', 'long', ''],
    ]),
  ).toEqual(['a\\u001b  x     end', 'bb       long']);
});

test('JSON is one line, the same when read, and shows every character too', () => {
  const printed: string[] = [];
  const terminal = { out: (text: string) => printed.push(text), err: () => undefined };
  const data = { name: 'red \u001b\u009b31m\n\u202e' };
  printReport(terminal, { lines: [], data }, true);
  expect(printed.join('')).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(printed.join(''))).toEqual({ ok: true, ...data });
});
