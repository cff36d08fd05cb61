import { describe, expect, test } from 'vitest';
import { PASSWORD } from '../testing/people.ts';
import { TEXTS as PASSWORDS_TEXTS, passwordProblems } from './passwords.ts';

const alice = { username: 'alice', email: 'wonder@example.org', storeName: 'Corner Shop' };
const problems = (password: string) => passwordProblems(password, alice);

/** Different characters, none of them in a word that anybody knows. */
const EMOJI = ['🦊', '🐻', '🌲', '🍄', '🌙', '🪵', '🐝', '🍁'];
const emoji = (count: number) =>
  Array.from({ length: count }, (_, index) => EMOJI[index % EMOJI.length]).join('');
/** A text of a length, without words. */
const letters = (count: number) => 'kvxqzjwhgfbdmpt'.repeat(9).slice(0, count);

describe('each rule has its own message', () => {
  test.each([
    ['an empty one', '', PASSWORDS_TEXTS.missing],
    ['fewer than 8 characters', 'kV7!xq2', 'Use at least 8 characters.'],
    ['more than 128 characters', letters(129), 'Use at most 128 characters.'],
    ['a common one', 'Password1!', PASSWORDS_TEXTS.common],
    ['the username', 'my-ALICE-lives-here', PASSWORDS_TEXTS.username],
    ['the name of the e-mail address', 'no-Wonder-it-rains', PASSWORDS_TEXTS.email],
    ["the store's name", 'gate-cornershop-gate', PASSWORDS_TEXTS.store],
  ])('%s', (_rule, password, message) => {
    expect(problems(password)).toEqual([message]);
  });

  test.each([
    ['an upper-case letter', 'kvxq7!zj', PASSWORDS_TEXTS.upper],
    ['a lower-case letter', 'KVXQ7!ZJ', PASSWORDS_TEXTS.lower],
    ['a digit', 'kvXQ!zjw', 'Add a digit.'],
    ['a symbol', 'kvXQ7zjw', PASSWORDS_TEXTS.symbol],
  ])('without %s, and then that a passphrase would do as well', (_kind, password, message) => {
    expect(problems(password)).toEqual([message, 'Or use a passphrase of 15 characters or more.']);
  });

  test('all that are broken come at once, in one order', () => {
    expect(problems('alice')).toEqual([
      'Use at least 8 characters.',
      PASSWORDS_TEXTS.upper,
      'Add a digit.',
      PASSWORDS_TEXTS.symbol,
      'Or use a passphrase of 15 characters or more.',
      PASSWORDS_TEXTS.common,
      PASSWORDS_TEXTS.username,
    ]);
    expect(problems(`alice-wonder-gatehouse-${letters(128)}`)).toEqual([
      'Use at most 128 characters.',
      PASSWORDS_TEXTS.username,
      PASSWORDS_TEXTS.email,
      PASSWORDS_TEXTS.store,
    ]);
  });

  test('a good one has none', () => {
    expect(problems(PASSWORD)).toEqual([]);
  });
});

describe('length', () => {
  test('7 characters are refused, 8 accepted (ASVS 6.2.1)', () => {
    expect(problems('kV7!xq2')).toEqual(['Use at least 8 characters.']);
    expect(problems('kV7!xq2z')).toEqual([]);
  });

  test('a passphrase of 20 lower-case letters is accepted (ASVS 6.2.5)', () => {
    expect(problems('lanternmossfiddlebarn'.slice(0, 20))).toEqual([]);
  });

  test('from 15 characters on no kind of character is asked for; at 14 each is', () => {
    expect(problems('lanternmossfid')).toContain('Or use a passphrase of 15 characters or more.');
    expect(problems('lanternmossfidd')).toEqual([]);
    expect(problems('482915730648193')).toEqual([]);
    expect(problems('lantern moss fiddle')).toEqual([]);
  });

  test('64 characters are accepted, and 64 emoji (ASVS 6.2.9)', () => {
    expect(problems(letters(64))).toEqual([]);
    expect(problems(emoji(64))).toEqual([]);
  });

  test('128 characters are accepted, 129 refused, also of emoji', () => {
    expect(problems(letters(128))).toEqual([]);
    expect(problems(letters(129))).toEqual(['Use at most 128 characters.']);
    expect(problems(emoji(128))).toEqual([]);
    expect(problems(emoji(129))).toEqual(['Use at most 128 characters.']);
  });

  test('an emoji counts as one character, not as its two code units', () => {
    expect(problems('aB3🦊🐻🌲🍄')).toEqual(['Use at least 8 characters.']);
    expect(problems('aB3🦊🐻🌲🍄🌙')).toEqual([]);
  });

  test('spaces count and are not trimmed away', () => {
    expect(problems(' kV7xq2 ')).toEqual([]);
  });
});

describe('letters of every script', () => {
  test('count as upper, lower and digit', () => {
    expect(problems('Жшяфъю४!')).toEqual([]);
    expect(problems('жшяфъю४!')).toContain(PASSWORDS_TEXTS.upper);
  });
});

describe('what an attacker knows of the person', () => {
  test.each(['xx-Alice-77', 'XX-ALICE-77x', 'a l i c e 7X!'])(
    'the username is refused however it is written: %s',
    (password) => {
      expect(problems(password)).toEqual([PASSWORDS_TEXTS.username]);
    },
  );

  test.each(['Gatehouse-7!', 'my GATE house 7', 'Corner Shop 77!', 'CORNERSHOP-77a'])(
    "the store's name and the program's are refused: %s (ASVS 6.2.11)",
    (password) => {
      expect(problems(password)).toEqual([PASSWORDS_TEXTS.store]);
    },
  );

  test('the e-mail name is what stands before the @; the rest is anybody’s', () => {
    expect(problems('Wonder-full-7')).toEqual([PASSWORDS_TEXTS.email]);
    expect(problems('Example-org-7')).toEqual([]);
  });

  test('a name that can be written in two ways is recognised in both', () => {
    const zoe = { ...alice, storeName: 'Café Zoë' };
    expect(passwordProblems('Cafe\u0301 Zoe\u0308 7!', zoe)).toEqual([PASSWORDS_TEXTS.store]);
  });

  test('names of fewer than three letters are in too many words to be refused', () => {
    const bo = { username: 'bo', email: 'x@example.org', storeName: 'Q' };
    expect(passwordProblems('Boxes+Quays=7', bo)).toEqual([]);
  });

  test('empty names, of a form that is not filled in, are in no password', () => {
    expect(passwordProblems(PASSWORD, { username: '', email: '', storeName: ' ' })).toEqual([]);
  });
});
