import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { sendRaw } from '../../testing/raw.ts';
import type { Visitor } from '../../testing/visitor.ts';

let app: TestApp;
let alice: Visitor;
beforeAll(async () => {
  app = await startTestApp();
  alice = await signIn(app, 'alice');
});
afterAll(() => app.close());
afterEach(() => expectNoFault(app));

const CREDENTIALS = JSON.stringify({ username: 'alice', password: PASSWORD });

async function postJson(path: string, headers: string[] = [], method = 'POST') {
  const head = [`${method} ${path} HTTP/1.1`, 'Content-Type: application/json; charset=utf-8', ...headers];
  const answer = await sendRaw(app.url, head, CREDENTIALS);
  return { ...answer, json: JSON.parse(answer.text) };
}

test.each([
  ['/login', 'POST /api/v1/login or POST /auth/login'],
  ['/token', 'POST /api/v1/login or POST /auth/login'],
  ['/register', 'POST /api/v1/users or POST /auth/register'],
  ['/logout', 'POST /api/v1/logout or POST /auth/logout'],
  ['/account/profile', 'the API'],
  ['/constructor', 'the API'],
])('a program that posts JSON to %s is told in JSON where the API is', async (path, meant) => {
  const answer = await postJson(path);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    415,
    'application/problem+json; charset=utf-8',
  ]);
  expect(answer.json).toMatchObject({
    type: '/api/docs#page-for-browsers',
    status: 415,
    detail: `This is a page for browsers. Programs use ${meant}: see /api/docs.`,
  });
  expect(answer.headers.has('set-cookie')).toBe(false);
});

test('with the cookies of a member, from any site and by any method nothing is done', async () => {
  const cookie = `Cookie: ${[...alice.cookies].map((pair) => pair.join('=')).join('; ')}`;
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const origin of ['X-From: nowhere', 'Origin: https://evil.example', `Origin: ${app.url}`]) {
      expect((await postJson('/logout', [cookie, origin], method)).status).toBe(415);
    }
  }
  expect((await alice.get('/account')).status).toBe(200);
});

test('a program that sends a form and wants JSON reads there where the API is', async () => {
  const form = ['Content-Type: application/x-www-form-urlencoded', 'Accept: application/json'];
  const answer = await sendRaw(
    app.url,
    ['POST /login HTTP/1.1', ...form],
    `username=alice&password=${PASSWORD}`,
  );
  const { error } = JSON.parse(answer.text);
  expect([answer.status, error.message]).toEqual([
    403,
    'This form needs the token of its page. Programs use the API: see /api/docs.',
  ]);
});

test('both APIs read JSON as before', async () => {
  for (const path of ['/api/v1/login', '/auth/login', '/AUTH/login'])
    expect((await postJson(path)).status).toBe(200);
});
