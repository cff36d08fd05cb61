import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, test } from 'vitest';
import { PASSWORD } from '../testing/people.ts';
import { isCommonPassword } from './passwords.ts';

describe('common passwords', () => {
  test('none of the 3,000 most used is accepted, in any case (ASVS 6.2.4)', () => {
    const most = dictionary['passwords-common'].slice(0, 3_000);
    expect(most.filter((password) => !isCommonPassword(password))).toEqual([]);
    expect(most.filter((password) => !isCommonPassword(password.toUpperCase()))).toEqual([]);
  });

  test.each([
    'Password1!',
    'P@ssw0rd2026!',
    'Qwerty123!',
    '!!Dr@gon99',
    'Jordan!23',
    'M0nkey#77',
    'Summer2026!',
    '1Iloveyou!',
    'Pa$$w0rd!',
  ])('a well-known one dressed up, such as %s, is refused (ASVS 6.2.4)', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  test.each(['M1chael1!', 'Pr1ncess!1', 'W1nter-2026', 'V1ctoria!7'])(
    'one with a 1 for an i, such as %s, is refused (ASVS 6.2.4)',
    (password) => {
      expect(isCommonPassword(password)).toBe(true);
    },
  );

  test.each(['$unShine2026', '5unShine!', 'Footba11!', 'Chelse@1', 'Trustn01!'])(
    'one with its first or last letter swapped, such as %s, is refused (ASVS 6.2.4)',
    (password) => {
      expect(isCommonPassword(password)).toBe(true);
    },
  );

  test.each(['aaaaaaaaaaaaaaaa', 'abababababababab', '1212121212121212', 'Aa1!Aa1!Aa1!'])(
    'a few characters over and over, as %s, are refused',
    (password) => {
      expect(isCommonPassword(password)).toBe(true);
    },
  );

  test.each(['correct horse battery staple', 'dragonfly-near-the-mill', PASSWORD, 'kV7!xq2z'])(
    '%s is none',
    (password) => {
      expect(isCommonPassword(password)).toBe(false);
    },
  );
});
