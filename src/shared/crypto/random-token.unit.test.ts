import { expect, test } from 'vitest';
import { hashToken, makeToken } from './random-token.ts';

test('a token is 256 bits that stand in an address as they are', () => {
  const token = makeToken();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
});

test('no two tokens are alike', () => {
  expect(new Set(Array.from({ length: 1_000 }, makeToken)).size).toBe(1_000);
});

test('a token’s hash is its SHA-256, and that of what is nearly the same another one', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  const token = makeToken();
  expect(new Set([token, `${token} `, token.slice(1), token.toLowerCase(), ''].map(hashToken)).size).toBe(5);
});
