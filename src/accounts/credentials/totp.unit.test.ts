import { create } from 'qrcode';
import { describe, expect, test } from 'vitest';
import { qrCode } from '../two-factor/qr-code.ts';
import { keyUri, makeKey, STEP, stepOf } from './totp.ts';

/** The key of RFC 6238, appendix B: the ASCII text 12345678901234567890, in base32. */
const RFC_KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('a code', () => {
  // Six digits of a code are the last six of its eight (RFC 4226, 5.3).
  test.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('is that of RFC 6238, appendix B, at %d seconds', (seconds, code) => {
    expect(stepOf(RFC_KEY, code.slice(-6), seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  test('counts one step early and one step late, and no further', () => {
    const time = 1_234_567_890_000;
    const found = [-2, -1, 0, 1, 2].map((step) => stepOf(RFC_KEY, '005924', time + step * STEP));
    const step = Math.floor(time / STEP);
    expect(found).toEqual([undefined, step, step, step, undefined]);
  });

  test.each(['', '5924', '0005924', '00592a', '００５９２４', '-5924'])('is not "%s"', (code) => {
    expect(stepOf(RFC_KEY, code, 1_234_567_890_000)).toBeUndefined();
  });

  test.each(['005 924', ' 005924 ', '005-924'])('may be typed "%s"', (code) => {
    expect(stepOf(RFC_KEY, code, 1_234_567_890_000)).toBe(41152263);
  });
});

test('a key has 160 bits and is another each time', () => {
  const keys = Array.from({ length: 50 }, makeKey);
  for (const key of keys) expect(key).toMatch(/^[A-Z2-7]{32}$/);
  expect(new Set(keys).size).toBe(50);
});

test('an app is told the store, the member and nothing that apps disagree about', () => {
  const uri = new URL(keyUri(RFC_KEY, { store: 'Corner & Shop', username: 'alice' }));
  expect(decodeURIComponent(uri.pathname)).toBe('/Corner & Shop:alice');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: 'Corner & Shop',
    secret: RFC_KEY,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});

test('a QR code is drawn module by module, with its margin', () => {
  const text = keyUri(RFC_KEY, { store: 'Gatehouse', username: 'alice' });
  const { modules } = create(text);
  const { viewBox, path } = qrCode(text);
  const drawn = new Set<string>();
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let at = 0; at < Number(length); at += 1) drawn.add(`${Number(x) - 4 + at} ${Number(y) - 4}`);
  }
  const dark = [...modules.data.keys()].filter((index) => modules.data[index]);
  expect(drawn).toEqual(
    new Set(dark.map((index) => `${index % modules.size} ${Math.floor(index / modules.size)}`)),
  );
  expect(viewBox).toBe(`0 0 ${modules.size + 8} ${modules.size + 8}`);
});
