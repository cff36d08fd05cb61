import { describe, expect, test } from 'vitest';
import { isLoopbackClient } from './client.ts';

const isHere = (remoteAddress: string | undefined, host: string | undefined, more = {}) =>
  isLoopbackClient({ socket: { remoteAddress }, headers: { host, ...more } });

describe('a request is from this machine', () => {
  test.each([
    ['127.0.0.1', 'localhost:3000'],
    ['127.0.0.1', '127.0.0.1:3000'],
    ['127.9.9.9', 'LOCALHOST'],
    ['::1', '[::1]:3000'],
    ['::ffff:127.0.0.1', 'localhost'],
  ])('over %s to %s', (address, host) => {
    expect(isHere(address, host)).toBe(true);
  });
});

describe('a request is not', () => {
  test.each([
    ['192.168.0.7', 'localhost:3000'],
    ['::ffff:10.0.0.1', 'localhost:3000'],
    ['fe80::1', '[::1]:3000'],
    [undefined, 'localhost:3000'],
  ])('from %s, whatever host it names', (address, host) => {
    expect(isHere(address, host)).toBe(false);
  });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:3000', 'a b', '', undefined])(
    'to another host: %s',
    (host) => {
      expect(isHere('127.0.0.1', host)).toBe(false);
    },
  );

  test.each(['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'via'])(
    'with %s, wherever that says it is from',
    (name) => {
      expect(isHere('127.0.0.1', 'localhost:3000', { [name]: '127.0.0.1' })).toBe(false);
    },
  );
});
