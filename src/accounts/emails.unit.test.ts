import { describe, expect, test } from 'vitest';
import { TEXTS as EMAILS_TEXTS, emailField } from './emails.ts';

/** What the field says of an address: its messages, none when the address is good. */
function errorsOf(address: unknown): string[] {
  const read = emailField.safeParse(address);
  return read.success ? [] : read.error.issues.map((issue) => issue.message);
}

const SHAPE = EMAILS_TEXTS.shape;

/** An address of a length, its labels no longer than DNS allows. */
function addressOf(length: number): string {
  const domain = `${'d'.repeat(60)}.${'d'.repeat(60)}.${'d'.repeat(60)}.org`;
  return `${'a'.repeat(length - domain.length - 1)}@${domain}`;
}

describe('an e-mail address', () => {
  test.each([
    'alice@example.org',
    'Alice.Smith@Example.ORG',
    'alice+store@example.org',
    'alice_smith-1@mail.example.co.in',
    "o'hara@example.org",
  ])('such as %s is taken', (address) => {
    expect(errorsOf(address)).toEqual([]);
  });

  test.each([
    'alice',
    'alice@',
    '@example.org',
    'alice@example',
    'alice@@example.org',
    'alice@exa mple.org',
    'al ice@example.org',
    'alice@.org',
    '.alice@example.org',
    'alice..smith@example.org',
    'alice@example.org, bob@example.org',
    'alice@example.org\r\nBcc: bob@example.org',
    'Alice <alice@example.org>',
    'alice@example.org\0',
    'alice@exаmple.org',
  ])('such as %j is refused', (address) => {
    expect(errorsOf(address)).toEqual([SHAPE]);
  });

  test('is kept as it is written, without the spaces around it', () => {
    expect(emailField.parse('  Alice@Example.org ')).toBe('Alice@Example.org');
  });

  test('has at most 254 characters', () => {
    expect(addressOf(254)).toHaveLength(254);
    expect(errorsOf(addressOf(254))).toEqual([]);
    expect(errorsOf(addressOf(255))).toEqual(['Use an address of at most 254 characters.']);
    expect(errorsOf('a'.repeat(100_000))).toEqual(['Use an address of at most 254 characters.']);
  });

  test.each([[''], [' '], [undefined], [null], [7], [['alice@example.org']], [{}]])(
    'is asked for when it is %j',
    (address) => {
      expect(errorsOf(address)).toEqual([EMAILS_TEXTS.missing]);
    },
  );
});
