import { expect, test } from 'vitest';
import { createSealer } from './encryption.ts';

const sealer = createSealer('lantern-moss-fiddle-barn-7890123');
const PLACE = 'authenticator:12';

test.each(['', 'JBSWY3DPEHPK3PXP', 'é🦊\0\n', 'x'.repeat(100_000)])(
  'what is sealed opens as it was',
  (text) => {
    const sealed = sealer.seal(text, PLACE);
    expect(sealed).toMatch(/^[\w-]+$/);
    expect(sealer.open(sealed, PLACE)).toBe(text);
  },
);

test('one text sealed twice looks like two', () => {
  expect(sealer.seal('same', PLACE)).not.toBe(sealer.seal('same', PLACE));
});

test('what is sealed shows nothing of its text', () => {
  const bytes = Buffer.from(sealer.seal('a very plain text', PLACE), 'base64url').toString('latin1');
  expect(bytes).not.toContain('plain');
});

test('a seal with any one bit changed does not open', () => {
  const bytes = Buffer.from(sealer.seal('secret', PLACE), 'base64url');
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] as number) ^ 1;
    expect(() => sealer.open(changed.toString('base64url'), PLACE)).toThrow();
  }
});

test('a seal that was cut short, at any length, does not open', () => {
  const bytes = Buffer.from(sealer.seal('secret', PLACE), 'base64url');
  for (const length of bytes.keys()) {
    expect(() => sealer.open(bytes.subarray(0, length).toString('base64url'), PLACE)).toThrow();
  }
});

test('a seal moved to another place does not open', () => {
  const sealed = sealer.seal('secret', PLACE);
  for (const place of ['authenticator:13', 'authenticator:1', '', 'outbox:12']) {
    expect(() => sealer.open(sealed, place)).toThrow();
  }
});

test('a seal of another store does not open, one of the same secret does', () => {
  const sealed = sealer.seal('secret', PLACE);
  expect(() => createSealer('another-secret-of-thirty-two-bytes!').open(sealed, PLACE)).toThrow();
  expect(createSealer('lantern-moss-fiddle-barn-7890123').open(sealed, PLACE)).toBe('secret');
});
