import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { tablesIn } from '../../database/transfer/dialect-tables.ts';
import { FEATURES } from '../../feature-list.ts';
import { changeRole } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { setUpApp } from '../../testing/authenticator.ts';
import { lastMailTo } from '../../testing/mailbox.ts';
import { memberActionOf } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { everyRow } from '../../testing/tables.ts';
import type { Visitor } from '../../testing/visitor.ts';
import { recordAccountEvent } from '../events/account-events.ts';

let app: TestApp;
let aliceId: number;
let alice: Visitor;
beforeAll(async () => {
  app = await startTestApp();
  alice = app.visitor();
  await alice.register('alice', PASSWORD);
  aliceId = (await app.context.db('users').where('username', 'alice').first('id')).id;
  await app.context.db('users').where('id', aliceId).update({ email_verified_at: app.context.clock() });
  await app.visitor().logIn('alice', 'wrong');
  await alice.follow(await alice.logIn('alice', PASSWORD));
  await setUpApp(app, alice);
});
afterAll(() => app.close());

/** Downloads somebody's data as a browser does, and unpacks them. */
async function download(visitor: Visitor): Promise<{ headers: Headers; files: Record<string, string> }> {
  const page = await visitor.get(paths.data());
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const body = new URLSearchParams({ _csrf });
  const response = await fetch(app.url + paths.data(), { method: 'POST', headers: { cookie }, body });
  const zip = unzipSync(new Uint8Array(await response.arrayBuffer()));
  const files = Object.entries(zip).map(([name, bytes]) => [name, strFromU8(bytes)]);
  return { headers: response.headers, files: Object.fromEntries(files) };
}

test('come as a zip that no cache keeps, with JSON for programs and a table for each part', async () => {
  const { headers, files } = await download(alice);
  expect(headers.get('content-type')).toBe('application/zip');
  expect(headers.get('content-disposition')).toMatch(
    /^attachment; filename=gatehouse-data-alice-\d{4}-\d\d-\d\d\.zip$/,
  );
  expect(headers.get('cache-control')).toBe('no-store');
  const declared = FEATURES.flatMap(({ personalData = [] }) => personalData);
  const told = declared.flatMap((data) => data.export?.section ?? []);
  const parts = ['profile', 'activity', ...told];
  expect(Object.keys(files).sort()).toEqual(['data.json', ...parts.map((part) => `${part}.csv`)].sort());

  const data = JSON.parse(files['data.json'] as string);
  expect(data.profile).toMatchObject([{ username: 'alice', email: 'alice@example.org', role: 'user' }]);
  expect(data.profile[0].registeredAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(data.sessions[0]).toMatchObject({ address: '127.0.0.1', userAgent: expect.any(String) });
  expect(data.authenticatorApps).toHaveLength(1);
  const purposes = data.mailedLinks.map(({ purpose }: { purpose: string }) => purpose);
  expect(purposes).toContain('verify-email');
  expect(files['activity.csv']).toContain('A login failed: wrong password.');
});

test('are told by mail and written down', async () => {
  await lastMailTo(app.context, 'alice@example.org', 'Your data were downloaded');
  expect((await readAllOf(app.context.db, aliceId)).map(({ action }) => action)).toContain('data.exported');
});

test('hold no secret: no hash, no encrypted text, no token of any table', async () => {
  const { files } = await download(alice);
  const text = Object.values(files).join('\n');
  const secrets: string[] = [];
  for (const rows of (await everyRow(app.context.db)).values()) {
    for (const row of rows) {
      const hidden = Object.entries(row).filter(([column]) =>
        /hash|encrypted|token|secret|key$/.test(column),
      );
      secrets.push(...hidden.map(([, value]) => String(value)).filter((value) => value.length >= 20));
    }
  }
  expect(secrets.length).toBeGreaterThan(10);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  expect(text).not.toContain('"salt"');
});

test('hold nothing of others: not from where an admin acted, nor what an admin did to whom', async () => {
  const ana = await addPerson(app.context, 'ana', 'admin');
  await changeRole(app.context, memberActionOf(ana), aliceId, { role: 'moderator' });
  const { files } = await download(alice);
  const change = JSON.parse(files['data.json'] as string).activity.find(
    ({ action }: { action: string }) => action === 'role.changed',
  );
  expect(change).toMatchObject({ by: 'the store', about: 'you', address: null, userAgent: null });

  const admin = app.visitor();
  await admin.follow(await admin.logIn('ana', PASSWORD));
  const text = Object.values((await download(admin)).files).join('\n');
  expect(text).toContain('another member');
  expect(text).not.toContain('moderator');
  expect(text).not.toContain('alice');
});

test('make no formulas in a spreadsheet (CSV injection)', async () => {
  const user = { id: aliceId, username: 'alice', email: 'alice@example.org', emailVerifiedAt: null };
  const client = { address: '192.0.2.7', userAgent: '=HYPERLINK("http://evil.example")' };
  await inTransaction(app.context.db, (trx) =>
    recordAccountEvent(trx, app.context, { action: 'login.succeeded', user, client, quiet: true }),
  );
  const { files } = await download(alice);
  expect(files['activity.csv']).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
  expect(files['activity.csv']).not.toMatch(/(^|,)"?[=+@-]/m);
});

test('leave no table out that belongs to a member: each is declared by one feature', async () => {
  const { db } = app.context;
  const personal: string[] = [];
  for (const table of await tablesIn(db))
    if ('user_id' in (await db(table).columnInfo())) personal.push(table);
  const declared = FEATURES.flatMap(({ personalData = [] }) => personalData.map(({ table }) => table));
  expect(declared.sort()).toEqual(personal.sort());
});

test('are given to who logged in a moment ago (ASVS 7.5.1), and to nobody by GET (ASVS 3.5.3)', async () => {
  const before = await readAllOf(app.context.db, aliceId);
  const page = await alice.get(paths.data());
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await readAllOf(app.context.db, aliceId)).toHaveLength(before.length);
  app.passTime(6 * MINUTE);
  expect((await alice.submit(paths.data())).location).toBe(paths.recentLogin());
  expect((await app.visitor().get(paths.data())).location).toBe(paths.login());
});
