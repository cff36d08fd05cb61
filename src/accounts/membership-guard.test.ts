import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import type { StoreSettings } from '../settings/store-settings.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { PASSWORD, signIn } from '../testing/people.ts';
import { setSettings } from '../testing/settings.ts';
import { alertsOf, type Visitor } from '../testing/visitor.ts';
import { TEXTS as MEMBERSHIP_GUARD_TEXTS } from './membership-guard.http.ts';

let app: TestApp;
let picture: string;
beforeAll(async () => {
  app = await startTestApp();
  picture = paths.picture((await app.context.db('pictures').first()).content_hash);
});
afterAll(() => app.close());

type Settings = Partial<Pick<StoreSettings, 'membership' | 'require2fa'>>;
const settings = (change: Settings) => setSettings(app.context, change);

const change = (username: string, columns: Record<string, unknown>) =>
  app.context.db('users').where({ username }).update(columns);

/** Registers somebody and logs in, as people do. */
async function comeIn(username: string): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.register(username, PASSWORD);
  expect((await visitor.logIn(username, PASSWORD)).location).toBe(paths.store());
  return visitor;
}

/** Where a visit to a path ends: the status, or where it is led. */
async function visit(visitor: Visitor, path: string): Promise<number | string> {
  const { status, location } = await visitor.get(path);
  return location || status;
}

const PICTURE_IN_A_PAGE = { accept: 'image/*', 'sec-fetch-dest': 'image' };
const PROGRAM = { accept: 'application/json' };

describe.each([
  ['verified', 'email_verified_at'],
  ['approval', 'approved_at'],
] as const)('with MEMBERSHIP=%s', (membership, column) => {
  beforeEach(() => settings({ membership, require2fa: 'none' }));

  test('a new member waits on the waiting page, and may look after the account and leave', async () => {
    const visitor = await comeIn(`alice-${membership}`);
    for (const path of [paths.store(), paths.product('laptop'), paths.admin(), '/nothing', '/ACCOUNT'])
      expect([path, await visit(visitor, path)]).toEqual([path, paths.waiting()]);
    expect((await visitor.post(paths.store())).location).toBe(paths.waiting());
    for (const path of [paths.account(), paths.profile(), paths.waiting(), paths.interruptedForm()])
      expect([path, await visit(visitor, path)]).not.toEqual([path, paths.waiting()]);
    expect(await visit(visitor, paths.logout())).toBe(200);
    expect((await visitor.post(paths.logout())).location).toBe(paths.login());
  });

  test('a new member gets no picture, and a program is told why', async () => {
    const visitor = await comeIn(`bob-${membership}`);
    expect((await visitor.get(picture, PICTURE_IN_A_PAGE)).status).toBe(403);
    const answer = await visitor.get(paths.store(), PROGRAM);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).error.message).toBe(MEMBERSHIP_GUARD_TEXTS.notIn);
  });

  test('what changes counts at the next request, in the same session (ASVS 8.3.2)', async () => {
    const name = `carol-${membership}`;
    const visitor = await comeIn(name);
    await change(name, { [column]: 1 });
    expect(await visit(visitor, paths.store())).toBe(200);
    await change(name, { [column]: null, role: 'moderator' });
    expect(await visit(visitor, paths.store())).toBe(200);
    await change(name, { role: 'user' });
    expect(await visit(visitor, paths.store())).toBe(paths.waiting());
  });
});

test('with MEMBERSHIP=open a new member is in, and stays so when the setting becomes approval', async () => {
  await settings({ membership: 'open', require2fa: 'none' });
  const visitor = await comeIn('dan');
  expect(await visit(visitor, paths.store())).toBe(200);
  await settings({ membership: 'approval' });
  expect(await visit(visitor, paths.store())).toBe(200);
});

describe('REQUIRE_2FA', () => {
  const WARNING = `warning: Warning: ${MEMBERSHIP_GUARD_TEXTS.secondFactor}`;
  const BACK_OFFICE = [paths.admin(), `${paths.admin()}/`, `${paths.admin()}/members`, '/ADMIN', '/Admin/x'];

  beforeEach(() => settings({ membership: 'open' }));

  test.each([
    ['mod-mina', 'moderator'],
    ['ana', 'admin'],
  ] as const)(
    '=staff leads %s from every page of the back office to two-factor first (ASVS 6.3.3)',
    async (name, role) => {
      await settings({ require2fa: 'staff' });
      const visitor = await signIn(app, name, role);
      for (const path of BACK_OFFICE) {
        expect([path, await visit(visitor, path)]).toEqual([path, paths.twoFactor()]);
        expect(alertsOf((await visitor.get(paths.twoFactor())).text)).toEqual([WARNING]);
      }
      expect((await visitor.get(paths.admin(), PROGRAM)).status).toBe(403);
      expect((await visitor.post(`${paths.admin()}/members`)).location).toBe(paths.twoFactor());
      expect(await visit(visitor, paths.store())).toBe(200);

      await change(name, { two_factor_since: 1 });
      expect(await visit(visitor, paths.admin())).not.toBe(paths.twoFactor());
    },
  );

  test('=staff asks nothing of members, =none of nobody', async () => {
    await settings({ require2fa: 'staff' });
    const member = await signIn(app, 'erin');
    expect(await visit(member, paths.admin())).not.toBe(paths.twoFactor());
    expect(await visit(member, paths.store())).toBe(200);
    await settings({ require2fa: 'none' });
    const moderator = await signIn(app, 'mod-max', 'moderator');
    expect(await visit(moderator, paths.admin())).not.toBe(paths.twoFactor());
  });

  test('=all leads everybody from everywhere but the way to set it up, and out', async () => {
    await settings({ require2fa: 'all' });
    const visitor = await signIn(app, 'frida');
    for (const path of [paths.store(), paths.account(), paths.profile(), paths.data(), '/nothing'])
      expect([path, await visit(visitor, path)]).toEqual([path, paths.twoFactor()]);
    expect((await visitor.get(picture, PICTURE_IN_A_PAGE)).status).toBe(403);
    for (const path of [paths.twoFactor(), paths.authenticatorApp(), paths.passkeys(), paths.recentLogin()])
      expect([path, await visit(visitor, path)]).not.toEqual([path, paths.twoFactor()]);
    expect(await visit(visitor, paths.logout())).toBe(200);
    await change('frida', { two_factor_since: 1 });
    expect(await visit(visitor, paths.store())).toBe(200);
  });
});
