import { describe, expect, test } from 'vitest';
import { isReservedUsername, TEXTS as USERNAMES_TEXTS, usernameField } from './usernames.ts';

/** What the field says of a name: its messages, none when the name is good. */
function errorsOf(name: unknown): string[] {
  const read = usernameField.safeParse(name);
  return read.success ? [] : read.error.issues.map((issue) => issue.message);
}

const LENGTH = 'Use 3 to 30 characters.';
const CHARACTERS = USERNAMES_TEXTS.characters;
const RESERVED = USERNAMES_TEXTS.reserved;

describe('the length of a username', () => {
  test.each([
    ['al', [LENGTH]],
    ['ali', []],
    ['a'.repeat(30), []],
    ['a'.repeat(31), [LENGTH]],
    ['a'.repeat(10_000), [LENGTH]],
  ])('%#', (name, errors) => {
    expect(errorsOf(name)).toEqual(errors);
  });

  test('does not count spaces around it, which are dropped', () => {
    expect(usernameField.parse('  alice \t')).toBe('alice');
    expect(errorsOf('  al  ')).toEqual([LENGTH]);
  });
});

describe('a missing username', () => {
  test.each([[''], ['   '], [undefined], [null], [7], [['alice']], [{ username: 'alice' }]])('%j', (name) => {
    expect(errorsOf(name)).toEqual([USERNAMES_TEXTS.missing]);
  });
});

describe('the characters of a username', () => {
  test.each(['alice', 'Alice', 'bob.smith', 'bob_smith', 'bob-smith', 'agent47', '007', 'A-z_0.9'])(
    'may be those of %s',
    (name) => {
      expect(errorsOf(name)).toEqual([]);
    },
  );

  test.each([
    'al ice',
    'ali\nce',
    'ali\0ce',
    'alice@example.org',
    'alice/..',
    '<alice>',
    "o'hara",
    'alice"',
    'zoë',
    'ali🦊ce',
  ])('may not be those of %j', (name) => {
    expect(errorsOf(name)).toEqual([CHARACTERS]);
  });

  test.each([
    ['Cyrillic', 'аlice'],
    ['Greek', 'αlice'],
    ['full-width', 'ａｌｉｃｅ'],
    ['a ligature', 'ﬁona'],
    ['the Kelvin sign', '\u212Aaren'],
    ['a dotless i', 'alıce'],
    ['a long s', 'aliſon'],
    ['Arabic digits', 'alice٤٧'],
    ['a combining accent', 'alic\u0301e'],
    ['a zero-width space', 'ali\u200bce'],
    ['a direction mark', 'ali\u202ece'],
    ['a soft hyphen', 'ali\u00adce'],
  ])('that look like others are refused: %s', (_script, name) => {
    expect(errorsOf(name)).toEqual([CHARACTERS]);
  });

  test('and its length are told at once', () => {
    expect(errorsOf('a!')).toEqual([CHARACTERS, LENGTH]);
  });
});

describe('reserved names', () => {
  test.each([
    'admin',
    'Admin',
    'ADMIN',
    'administrator',
    'root',
    'moderator',
    'support',
    'gatehouse',
    'webmaster',
    'postmaster',
    'no-reply',
    'null',
    'undefined',
    'login',
    'store',
    'orders',
    'you',
  ])('%s is one', (name) => {
    expect(errorsOf(name)).toEqual([RESERVED]);
  });

  test.each([
    'adm1n',
    '4dm1n',
    'A.d.m.i.n',
    '_admin_',
    'adrnin',
    'r00t',
    'R-0-0-T',
    '5upport',
    'rnoderator',
    'm0derat0r',
    'vvebmaster',
    'he1pdesk',
    'g4teh0u5e',
    'sy5tem',
    '7reasurer',
    '8illing',
    'lnfo',
  ])('%s looks like one', (name) => {
    expect(errorsOf(name)).toEqual([RESERVED]);
  });

  test.each([
    'rooter',
    'adminton',
    'badminton',
    'storey',
    'roots',
    'helpful',
    'testa',
    'modesty',
    'mod-mina',
    'infosec',
    'barney',
    'burns',
    'vvolf',
    'iris',
    'bill',
    'lily',
    'ana',
    'alice',
    'bob',
  ])('%s only resembles one and is free', (name) => {
    expect(isReservedUsername(name)).toBe(false);
    expect(errorsOf(name)).toEqual([]);
  });
});
