import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { securityHeaders } from './headers.ts';

let plain: TestApp;
let secure: TestApp;
beforeAll(async () => {
  plain = await startTestApp();
  secure = await startTestApp({ PUBLIC_URL: 'https://store.example', TRUST_PROXY: '1' });
  await addPerson(secure.context, 'alice');
});
afterAll(async () => {
  await plain.close();
  await secure.close();
});

/** What the proxy in front of the store adds. */
const viaProxy = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' };

test.each([paths.login(), paths.store(), paths.alive(), '/robots.txt', '/nothing/here'])(
  'every page carries the policy and its companions (ASVS 3.4): %s',
  async (path) => {
    const { headers } = await plain.visitor().get(path);
    const policy = headers.get('content-security-policy') ?? '';
    const directives = policy.split(';');
    expect(directives).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy).not.toMatch(/unsafe-|\*|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
  },
);

test('over plain HTTP nothing asks for HTTPS', async () => {
  const { headers } = await plain.visitor().get(paths.login());
  expect(headers.get('strict-transport-security')).toBeNull();
  expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
});

test('over HTTPS browsers are told to stay there', async () => {
  const { headers } = await secure.visitor().get(paths.login(), viaProxy);
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
  expect(headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
});

test.each(['localhost', '127.0.0.1', '[::1]'])(
  'a certificate tried at %s does not shut http://localhost for a year',
  async (host) => {
    const local = express().use(securityHeaders(new URL(`https://${host}:3443`)));
    const server = local.get('/', (_req, res) => void res.send('')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.close();
    expect(headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
    expect(headers.get('strict-transport-security')).toBeNull();
  },
);

test('over HTTPS the session cookie is Secure and bound to the host (ASVS 3.3.1, 3.3.3)', async () => {
  const visitor = secure.visitor();
  const page = await visitor.get(paths.login(), viaProxy);
  expect(page.headers.get('set-cookie')).toMatch(
    /^__Host-gatehouse=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const login = await visitor.post(
    paths.login(),
    { username: 'alice', password: PASSWORD },
    { ...viaProxy, origin: 'https://store.example' },
  );
  expect([login.status, login.location]).toEqual([303, paths.store()]);
});
