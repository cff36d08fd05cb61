import { describe, expect, test } from 'vitest';
import { readAddressList } from './address-list.ts';

const MOST = 10_000;

const read = (text: string) => readAddressList(text, MOST);
const emailsIn = (text: string) => read(text).addresses.map(({ email }) => email);

describe('an address is found', () => {
  test.each([
    ['anna@example.org', 'by itself'],
    ['  anna@example.org\t', 'with spaces around it'],
    ['Anna Smith <anna@example.org>', 'with a name'],
    ['"Smith, Anna" <anna@example.org>', 'with a name that has a comma'],
    ['Smith, Anna <anna@example.org>', 'with one that has a comma and no quotation marks'],
    ['Anna Smith, anna@example.org', 'after a name and a comma'],
    ['anna@example.org (Anna Smith)', 'in front of a name'],
    ['Anna Smith anna@example.org', 'after a name'],
    ['Anna;Smith;anna@example.org;+91 98765 43210;Member', 'among columns'],
    ['"Smith, Anna","anna@example.org","+91 98765"', 'among columns in quotation marks'],
    ['Anna\tSmith\tanna@example.org\t@anna', 'among columns with a name of a social network'],
    ['anna@example.org, Anna says: 5" is enough', 'beside a quotation mark without partner'],
    ['<anna@example.org>;', 'as an address book writes it'],
    ['mailto:anna@example.org', 'as a link'],
    ['“anna@example.org”'.replaceAll(/[“”]/g, "'"), 'in single quotation marks'],
    ['"bob@example.net, Bob" <anna@example.org>', 'where the name holds another address'],
    ['\ufeffanna@example.org', 'after a byte order mark'],
    ['\u200banna@example.org', 'after a mark that nobody sees'],
    ['=HYPERLINK("http://evil.example"), anna@example.org', 'beside a formula'],
    ['<b>Anna</b> <script>alert(1)</script> anna@example.org', 'beside HTML'],
  ])('%s (%s)', (line) => {
    expect(read(line)).toEqual({
      addresses: [{ line: 1, email: 'anna@example.org', key: 'anna@example.org' }],
      unreadable: [],
      repeated: 0,
      cut: false,
    });
  });

  test('however lines end, with empty ones between', () => {
    const { addresses } = read('a@example.org\r\n\r\n \r\nb@example.org\nc@example.org\rd@example.org');
    expect(addresses.map(({ line, email }) => `${line} ${email}`)).toEqual([
      '1 a@example.org',
      '4 b@example.org',
      '5 c@example.org',
      '6 d@example.org',
    ]);
  });

  test('where several stand on a line', () => {
    expect(emailsIn('a@example.org; b@example.org,c@example.org d@example.org')).toHaveLength(4);
    expect(emailsIn('Anna <a@example.org>, "B, Bob" <b@example.org>')).toEqual([
      'a@example.org',
      'b@example.org',
    ]);
  });

  test('once, in whatever case it comes again', () => {
    const list = read('Anna@Example.org\nbob@example.org\nanna@example.org; ANNA@EXAMPLE.ORG');
    expect(list.addresses.map(({ email }) => email)).toEqual(['Anna@Example.org', 'bob@example.org']);
    expect(list.repeated).toBe(2);
  });
});

describe('what is no address is named with its line', () => {
  test.each([
    ['no-address', 'Bob', 'Bob'],
    ['no-address', '@bob', '@bob'],
    ['no-address', 'x'.repeat(1_000), `${'x'.repeat(60)}…`],
    ['no-address', '🐙'.repeat(1_000), `${'🐙'.repeat(60)}…`],
    ['malformed', 'bob@', 'bob@'],
    ['malformed', 'bob@example', 'bob@example'],
    ['malformed', 'bob@@example.org', 'bob@@example.org'],
    ['malformed', 'bob@example..org', 'bob@example..org'],
    ['malformed', 'bob@exämple.org', 'bob@exämple.org'],
    ['malformed', 'Bob <bob@ example.org>', 'bob@ example.org'],
    ['malformed', '<b>bob</b>@example.org', 'b>bob</b>@example.org'],
    ['too-long', `${'b'.repeat(250)}@example.org`, `${'b'.repeat(60)}…`],
  ])('%s, %#', (problem, line, text) => {
    expect(read(`\n${line}\nanna@example.org`)).toMatchObject({
      addresses: [{ line: 3 }],
      unreadable: [{ line: 2, problem, text }],
    });
  });

  test('also beside one that is', () => {
    const { addresses, unreadable } = read('anna@example.org; bob@example');
    expect(addresses).toHaveLength(1);
    expect(unreadable).toEqual([{ line: 1, problem: 'malformed', text: 'bob@example' }]);
  });
});

test('more than was to be read is not read', () => {
  const lines = Array.from({ length: MOST + 5 }, (_, index) => `member-${index}@example.org`);
  expect(read(lines.slice(0, MOST).join('\n'))).toMatchObject({ cut: false, addresses: { length: MOST } });
  for (const separator of ['\n', ' ', ';']) {
    expect(read(lines.join(separator))).toMatchObject({ cut: true, addresses: { length: MOST + 1 } });
  }
  expect(read('Bob\n'.repeat(MOST + 5)).unreadable).toHaveLength(MOST + 1);
});

// A step that goes over the rest of the line again and again would take hours with these, and the test its time limit.
test.each(['"', '<', '@', '.', 'a@ ', '"@<,', 'a.a@a.', 'a@b.org;', '\r\n', ')".a@b', '<a@'])(
  'a megabyte of %j is read to its end',
  (part) => {
    const { addresses, unreadable } = read(part.repeat(1_000_000 / part.length));
    expect(addresses.length + unreadable.length).toBeLessThanOrEqual(MOST + 1);
  },
);
