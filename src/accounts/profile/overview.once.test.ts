import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { textOf } from '../../testing/visitor.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { AccountAction } from '../events/events.ts';
import { TEXTS as ACTIVITY_TEXTS } from './activity.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const userOf = (username: string) => app.context.db('users').where({ username }).first();

/** Writes events about somebody, by somebody else if one is named. */
async function record(username: string, action: AccountAction, actorId?: number, count = 1): Promise<void> {
  const { id, email } = await userOf(username);
  const user = { id, username, email, emailVerifiedAt: 1 };
  const actor = actorId === undefined ? {} : { actor: { kind: 'member', id: actorId } as const };
  const client = { address: '203.0.113.7', userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/130.0' };
  const details = { from: 'user', to: 'moderator' };
  const event = { action, user, client, details, ...actor };
  await app.context.db.transaction(async (trx) => {
    for (let index = 0; index < count; index += 1) await recordAccountEvent(trx, app.context, event);
  });
}

describe('the overview', () => {
  test('says who one is and how safe the account is', async () => {
    const alice = await signIn(app, 'alice');
    await unconfirm(app.context, 'alice');
    const page = textOf((await alice.get(paths.account())).text);
    expect(page).toMatch(/Username alice E-mail address alice@example\.org not confirmed Send again/);
    expect(page).not.toContain('Role');
    expect(page).toMatch(/Member since \d+ \w+ \d{4}/);
    expect(page).toMatch(/Password Never changed .* Two-factor authentication off .* 1 device is logged in/);
    expect(page).toMatch(/Latest activity Logged in with password\./);
    await app.context
      .db('users')
      .where({ username: 'alice' })
      .update({ email_verified_at: 1, role: 'moderator' });
    const after = textOf((await alice.get(paths.account())).text);
    expect(after).toMatch(/alice@example\.org confirmed Role moderator/);
  });

  test('is reached from the menu of every page, and leads to all account pages', async () => {
    const bob = await signIn(app, 'bob');
    expect((await bob.get(paths.store())).text).toContain(`<a href="${paths.account()}">My account</a>`);
    const page = (await bob.get(paths.account())).text;
    for (const path of [paths.profile(), paths.password(), paths.devices(), paths.activity()]) {
      expect(page).toContain(`<a href="${path}">`);
    }
    expect(page).toContain('aria-current="page">Overview</a>');
    expect((await app.visitor().get(paths.account())).location).toBe(paths.login());
  });
});

describe('the banner of an address that is not confirmed', () => {
  test('is on every page until it is, and not where the page says so itself', async () => {
    const carol = await signIn(app, 'carol');
    await unconfirm(app.context, 'carol');
    const hasBanner = async (path: string) => (await carol.get(path)).text.includes('class="unconfirmed"');
    expect(await Promise.all([paths.store(), paths.devices(), '/nowhere'].map(hasBanner))).toEqual([
      true,
      true,
      true,
    ]);
    expect(await Promise.all([paths.account(), paths.profile()].map(hasBanner))).toEqual([false, false]);
    await app.context.db('users').where({ username: 'carol' }).update({ email_verified_at: 1 });
    expect(await hasBanner(paths.store())).toBe(false);
    expect((await app.visitor().get(paths.login())).text).not.toContain('class="unconfirmed"');
  });
});

describe('the activity', () => {
  test('says what happened, when, from where, and what the store did, but not where its people sit', async () => {
    const dave = await signIn(app, 'dave');
    await signIn(app, 'ana', 'admin');
    await app.visitor().logIn('dave', 'wrong');
    await record('dave', 'role.changed', (await userOf('ana')).id);
    const page = textOf((await dave.get(paths.activity())).text);
    expect(page).toMatch(/The store changed the role from user to moderator\. by the store \d+ \w+ \d{4} at/);
    expect(page).not.toContain('203.0.113.7');
    expect(page).toMatch(
      /A login failed: wrong password\. [^·]*UTC · An unknown device · (::ffff:)?127\.0\.0\.1/,
    );
    expect(page).not.toContain('ana');
  });

  test('tells of nobody else (ASVS 8.2.2)', async () => {
    const erin = await signIn(app, 'erin');
    await record('dave', 'password.changed');
    expect(textOf((await erin.get(`${paths.activity()}?user=1&id=1`)).text)).not.toContain(
      'The password was changed',
    );
  });

  test('comes in pages of 20; a page that is not there is the first', async () => {
    const frank = await signIn(app, 'frank');
    await record('frank', 'browser.trusted', undefined, 40);
    const linesOf = async (page: string) => {
      const { status, text } = await frank.get(`${paths.activity()}${page}`);
      expect(status).toBe(200);
      return [text.match(/<time /g)?.length, /Page \d+ of \d+/.exec(text)?.[0]];
    };
    expect(await linesOf('')).toEqual([20, 'Page 1 of 3']);
    expect(await linesOf('?page=3')).toEqual([1, 'Page 3 of 3']);
    for (const page of ['4', '0', '-1', '1.5', 'x', '99999999999999999999', '', '2&page=3']) {
      expect(await linesOf(`?page=${page}`)).toEqual([20, 'Page 1 of 3']);
    }
    await expectNoFault(app);
  });

  test('says so when its details were erased, and what it is for while it is empty', async () => {
    const gina = await signIn(app, 'gina');
    const { id } = await userOf('gina');
    await app.context.db('audit_log').where({ subject_id: id }).update({ personal: null });
    expect(textOf((await gina.get(paths.activity())).text)).toContain(ACTIVITY_TEXTS.erased);
    await app.context.db('audit_log').where({ subject_id: id }).delete();
    expect(textOf((await gina.get(paths.activity())).text)).toContain('Nothing yet. Logins, changes');
    expect((await app.visitor().logIn('gina', PASSWORD)).status).toBe(303);
  });
});
