import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findUser, type User } from '../../accounts/users.table.ts';
import { record } from '../../audit/audit.ts';
import { inTransaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import { DAY, dayOf, HOUR, startOfDay } from '../../shared/clock.ts';
import { addTask, updateTask } from '../../tasks/tasks.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, signIn } from '../../testing/people.ts';
import { setSettings } from '../../testing/settings.ts';
import { textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as DASHBOARD_TEXTS } from './dashboard.page.ts';
import { firstSteps } from './overview.ts';

let app: TestApp;
let ana: Visitor;
let mina: Visitor;
let anaId: number;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  // At noon, so that no day ends while a test runs.
  app.passTime(startOfDay(app.context.clock()) + 1.5 * DAY - app.context.clock());
  ana = await signIn(app, 'ana', 'admin');
  mina = await signIn(app, 'mod-mina', 'moderator');
  anaId = (await app.context.db('users').where('username', 'ana').first('id')).id;
});
afterAll(() => app.close());
beforeEach(() => setSettings(app.context, { membership: 'open' }));

/** Adds a member whose row says this. */
async function addMember(name: string, row: Record<string, unknown> = {}): Promise<number> {
  const id = await addPerson(app.context, name);
  if (Object.keys(row).length > 0) await app.context.db('users').where({ id }).update(row);
  return id;
}

/** What stands on somebody's dashboard: the number by its label, and where it leads. */
async function numbersOf(visitor: Visitor): Promise<Record<string, [number, string]>> {
  const { text } = await visitor.get(paths.admin());
  const [, ...entries] = text.split(/<li>(?=<[ap])/);
  return Object.fromEntries(
    entries.map((entry) => {
      const [, label = '', number = ''] = /^(.+?) : ([\d,]+)/.exec(textOf(entry)) ?? [];
      const link = /^<a href="([^"]*)"/.exec(entry)?.[1] ?? '';
      return [label, [Number(number.replaceAll(',', '')), link.replaceAll('&amp;', '&')]];
    }),
  );
}

/** The rows of the table behind the chart. */
async function weekOf(visitor: Visitor): Promise<string[]> {
  const { text } = await visitor.get(paths.admin());
  return [...text.matchAll(/<tr><th scope="row">(.*?)<\/th><td>(.*?)<\/td>/g)].map(
    ([, day, number]) => `${day}: ${number}`,
  );
}

const now = () => app.context.clock();

describe('the members', () => {
  test('are counted once each by how their accounts are; what is left of an erased one is none', async () => {
    const before = await numbersOf(ana);
    await addMember('alice');
    await addMember('bob', { disabled_at: 1, locked_at: 1 });
    await addMember('carol', { locked_at: 1 });
    await addMember('dora', { closing_at: now() + DAY, disabled_at: 1, locked_at: 1 });
    await addMember('erin', { disabled_at: 1, erased_at: 1 });
    const after = await numbersOf(ana);
    const grown = Object.entries(after).map(([label, [count]]) => [label, count - (before[label]?.[0] ?? 0)]);
    expect(Object.fromEntries(grown)).toMatchObject({
      'Members in all': 4,
      'New this week': 4,
      Disabled: 1,
      Locked: 1,
      'To be erased': 1,
    });
  });

  test('of the last seven days stand in a chart and in a table, by days in UTC', async () => {
    const today = startOfDay(now());
    const before = await weekOf(ana);
    await addMember('first-moment', { created_at: today });
    await addMember('last-moment', { created_at: today - 1 });
    await addMember('six-days', { created_at: today - 6 * DAY });
    await addMember('too-long-ago', { created_at: today - 6 * DAY - 1 });
    const after = await weekOf(ana);
    const count = (line = '') => Number(line.split(': ')[1]);
    expect(after).toHaveLength(7);
    expect(after.map((line, index) => count(line) - count(before[index]))).toEqual([1, 0, 0, 0, 0, 1, 1]);
    const [joined, list = ''] = (await numbersOf(ana))['New this week'] ?? [];
    expect(textOf((await ana.get(list)).text)).toContain(`joined in the last 7 days: ${joined}`);
    const { text } = await ana.get(paths.admin());
    expect(text.match(/<rect class="b-bar"/g)).toHaveLength(7);
    expect(text).toContain('aria-hidden="true"');
    expect(text).not.toContain('style=');
  });

  test('wait only where an admin lets them in; otherwise the page says so', async () => {
    await addMember('fay', { approved_at: null });
    const open = await ana.get(paths.admin());
    expect(textOf(open.text)).toContain(DASHBOARD_TEXTS.nobodyWaits.open);
    expect(await numbersOf(ana)).not.toHaveProperty('Members waiting');
    await setSettings(app.context, { membership: 'approval' });
    expect((await numbersOf(ana))['Members waiting']).toEqual([1, paths.waitingMembers()]);
  });
});

describe('what there is to do', () => {
  test('counts open tasks of who looks, and what is overdue for anybody', async () => {
    const actor = { id: anaId, role: 'admin' } as const;
    const add = async (due_on: string, assignee_id = '') => {
      const added = await addTask(app.context, actor, { title: 'x', due_on, assignee_id });
      return (added as { id: number }).id;
    };
    const mine = String(anaId);
    await add('2020-01-01', mine);
    await add(dayOf(now()), mine);
    await add('2020-01-01');
    await updateTask(app.context, actor, await add('2020-01-01', mine), { done: true });
    const numbers = await numbersOf(ana);
    expect(numbers['My tasks']).toEqual([2, `${paths.tasks()}?show=mine`]);
    expect(numbers['Tasks overdue']).toEqual([2, `${paths.tasks()}?show=overdue`]);
    expect((await numbersOf(mina))['My tasks']?.[0]).toBe(0);
  });

  test('counts mails that were given up, not those that are still tried', async () => {
    const mail = (message_id: string, more: object) => ({ message_id, created_at: 1, ...more });
    await app.context.db('outbox').insert(mail('failed', { given_up_at: 1 }));
    await app.context.db('outbox').insert(mail('tried', { due_at: now() + DAY, last_error: 'refused' }));
    expect((await numbersOf(ana))['Mails that failed']).toEqual([1, paths.mails()]);
  });

  test('counts the failed logins of today, in UTC', async () => {
    const today = startOfDay(now());
    const failed = { action: 'login.failed', actor: { kind: 'guest' as const } };
    for (const at of [today - 1, today, today + HOUR]) {
      await inTransaction(app.context.db, (trx) => record(trx, at, failed));
    }
    await inTransaction(app.context.db, (trx) =>
      record(trx, today, { ...failed, action: 'login.succeeded' }),
    );
    const list = `${paths.audit()}?action=login.failed&from=${dayOf(today)}`;
    expect((await numbersOf(ana))['Failed logins today']).toEqual([2, list]);
  });
});

describe('a moderator', () => {
  test('sees members and own tasks, who waits without the list, and nothing of mails, logins, invitations', async () => {
    await setSettings(app.context, { membership: 'approval' });
    const numbers = await numbersOf(mina);
    expect(Object.keys(numbers)).toEqual([
      'Members waiting',
      'My tasks',
      'Tasks overdue',
      'Members in all',
      'New this week',
      'Disabled',
      'Locked',
      'To be erased',
    ]);
    expect(numbers['Members waiting']?.[1]).toBe('');
    expect((await mina.get(paths.admin())).text).not.toContain('First steps');
  });
});

test.each([
  ['mod-mina', () => mina],
  ['ana', () => ana],
])('%s finds a list behind each link', async (_name, visitor) => {
  for (const [, url] of Object.values(await numbersOf(visitor()))) {
    if (url) expect([url, (await visitor().get(url)).status]).toEqual([url, 200]);
  }
});

describe('the first steps', () => {
  const stepsOf = (user: User, others: number, smtpUrl?: string, fixed = {}) =>
    firstSteps(
      {
        ...app.context,
        config: { ...app.context.config, smtpUrl },
        settings: { ...app.context.settings, fixed },
      },
      user,
      others,
    );

  test('are all there in an empty store', async () => {
    const user = (await findUser(app.context.db, anaId)) as User;
    await app.context.db('store_settings').update({ changed_at: null });
    expect(await stepsOf(user, 0)).toEqual(['two-factor', 'membership', 'mail-server', 'invite']);
    const text = textOf((await ana.get(paths.admin())).text);
    expect(text).toContain('Choose who is let in');
    expect(text).toContain('Set SMTP_URL to your mail server');
    expect(text).not.toContain('Invite the first members');
  });

  test('go one by one as they are done', async () => {
    const user = (await findUser(app.context.db, anaId)) as User;
    await app.context.db('store_settings').update({ changed_at: 1 });
    expect(await stepsOf(user, 1)).toEqual(['two-factor', 'mail-server']);
    const safe = { ...user, twoFactorSince: 1, emailVerifiedAt: null };
    expect(await stepsOf(safe, 1, 'smtp://mail.example')).toEqual(['mail-arrives']);
    expect(await stepsOf({ ...safe, emailVerifiedAt: 1 }, 1, 'smtp://mail.example')).toEqual([]);
    await app.context.db('store_settings').update({ changed_at: null });
    expect(await stepsOf(safe, 1, undefined, { membership: 'open' })).toEqual(['mail-server']);
  });
});
