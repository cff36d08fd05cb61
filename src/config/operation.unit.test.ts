import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';

const TLS = { TLS_CERT: 'tls/chain.pem', TLS_KEY: 'tls/key.pem' };

describe('a store that speaks https itself', () => {
  test('needs no proxy, and is reached by https', () => {
    const { tls, publicUrl, httpPort } = readConfig({ ...TLS, PORT: '3443' });
    expect(tls).toEqual({ cert: resolve('tls/chain.pem'), key: resolve('tls/key.pem') });
    expect(publicUrl.href).toBe('https://localhost:3443/');
    expect(httpPort).toBeUndefined();
    expect(readConfig({ ...TLS, PUBLIC_URL: 'https://store.example' }).publicUrl.host).toBe('store.example');
  });

  test('listens on the usual port for http beside the usual one for https', () => {
    expect(readConfig({ ...TLS, PORT: '443' }).httpPort).toBe(80);
    expect(readConfig({ ...TLS, PORT: '443', HTTP_PORT: '8080' }).httpPort).toBe(8080);
  });

  test.each([
    [{ TLS_CERT: 'chain.pem' }, /^TLS_CERT and TLS_KEY belong together/],
    [{ TLS_KEY: 'key.pem' }, /^TLS_CERT and TLS_KEY belong together/],
    [{ ...TLS, PUBLIC_URL: 'http://store.example' }, /^TLS_CERT is set, so PUBLIC_URL must start with https/],
    [{ HTTP_PORT: '80' }, /^HTTP_PORT redirects to https, so TLS_CERT/],
    [{ ...TLS, HTTP_PORT: '3000' }, /^HTTP_PORT must be another port than PORT/],
  ])('is not started with %j', (settings, complaint) => {
    expect(() => readConfig(settings)).toThrow(complaint);
  });
});

describe('the number of processes', () => {
  test('is a number, or one for each core', () => {
    expect(readConfig({ WORKERS: '3' }).workers).toBe(3);
    expect(readConfig({ WORKERS: 'auto' }).workers).toBe(Math.min(availableParallelism(), 64));
  });

  test.each(['0', '65', '1.5', '-1', 'many'])('is not %s', (WORKERS) => {
    expect(() => readConfig({ WORKERS })).toThrow(/^WORKERS must be auto/);
  });
});

describe('metrics', () => {
  test('are on a port of this machine, behind a token, or both', () => {
    const METRICS_TOKEN = 'a-token-of-thirty-two-characters';
    expect(readConfig({ METRICS_PORT: '9464', METRICS_TOKEN }).metrics).toEqual({
      host: '127.0.0.1',
      port: 9464,
      token: METRICS_TOKEN,
    });
  });

  test.each([
    [{ METRICS_TOKEN: 'short' }, /^METRICS_TOKEN must be at least 32/],
    [{ METRICS_TOKEN: 'a token with spaces that is long enough' }, /^METRICS_TOKEN must be at least 32/],
    [{ METRICS_PORT: '3000' }, /^METRICS_PORT must be another port than PORT/],
  ])('are not shown with %j', (settings, complaint) => {
    expect(() => readConfig(settings)).toThrow(complaint);
  });
});
