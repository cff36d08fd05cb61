import { expect, test } from 'vitest';
import { createEncryptor } from './encryption.ts';

const encryptor = createEncryptor('lantern-moss-fiddle-barn-7890123');
const PLACE = 'authenticator:12';

test.each(['', 'JBSWY3DPEHPK3PXP', 'é🦊\0\n', 'x'.repeat(100_000)])(
  'what is encrypted opens as it was',
  (text) => {
    const encrypted = encryptor.encrypt(text, PLACE);
    expect(encrypted).toMatch(/^[\w-]+$/);
    expect(encryptor.decrypt(encrypted, PLACE)).toBe(text);
  },
);

test('one text encrypted twice looks like two', () => {
  expect(encryptor.encrypt('same', PLACE)).not.toBe(encryptor.encrypt('same', PLACE));
});

test('what is encrypted shows nothing of its text', () => {
  const bytes = Buffer.from(encryptor.encrypt('a very plain text', PLACE), 'base64url').toString('latin1');
  expect(bytes).not.toContain('plain');
});

test('an encrypted text with any one bit changed does not open', () => {
  const bytes = Buffer.from(encryptor.encrypt('secret', PLACE), 'base64url');
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] as number) ^ 1;
    expect(() => encryptor.decrypt(changed.toString('base64url'), PLACE)).toThrow();
  }
});

test('an encrypted text that was cut short, at any length, does not open', () => {
  const bytes = Buffer.from(encryptor.encrypt('secret', PLACE), 'base64url');
  for (const length of bytes.keys()) {
    expect(() => encryptor.decrypt(bytes.subarray(0, length).toString('base64url'), PLACE)).toThrow();
  }
});

test('an encrypted text moved to another place does not open', () => {
  const encrypted = encryptor.encrypt('secret', PLACE);
  for (const place of ['authenticator:13', 'authenticator:1', '', 'outbox:12']) {
    expect(() => encryptor.decrypt(encrypted, place)).toThrow();
  }
});

test('an encrypted text of another store does not open, one of the same secret does', () => {
  const encrypted = encryptor.encrypt('secret', PLACE);
  expect(() => createEncryptor('another-secret-of-thirty-two-bytes!').decrypt(encrypted, PLACE)).toThrow();
  expect(createEncryptor('lantern-moss-fiddle-barn-7890123').decrypt(encrypted, PLACE)).toBe('secret');
});
