import { afterAll, beforeAll, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { signIn } from '../../testing/people.ts';
import { allOperations } from '../openapi/operations.ts';
import { PROBLEM_TYPES } from '../v1/problem-types.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('guests read every operation and every type of problem, and every link within the page leads somewhere', async () => {
  const { status, text } = await app.visitor().get(paths.apiDocs());
  expect(status).toBe(200);
  const targets = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const { id } of allOperations(app.context)) expect(targets).toContain(`operation-${id}`);
  for (const type of Object.keys(PROBLEM_TYPES)) expect(targets).toContain(type);
  const links = [...text.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
  expect(links.filter((id) => !targets.has(id))).toEqual([]);
});

test('the page is linked from every other, and shows who is logged in', async () => {
  const alice = await signIn(app, 'alice');
  expect((await alice.get(paths.store())).text).toContain(`href="${paths.apiDocs()}"`);
  expect((await alice.get(paths.apiDocs())).text).toContain('<strong>alice</strong>');
  // What is printed once holds nothing of who looked first.
  expect((await app.visitor().get(paths.apiDocs())).text).not.toContain('<strong>alice</strong>');
});
