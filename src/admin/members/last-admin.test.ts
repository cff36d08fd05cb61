import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MemberActionName } from '../../members/available-actions.ts';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { signIn } from '../../testing/people.ts';
import { alertsOf, type Visitor } from '../../testing/visitor.ts';

const REASON = 'as agreed by telephone';
const DEMOTIONS: [MemberActionName, Record<string, string>][] = [
  ['role', { role: 'user' }],
  ['disabling', {}],
  ['deletion', {}],
];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
});
afterAll(() => app.close());

interface Admin {
  id: number;
  visitor: Visitor;
}

async function addAdmin(name: string): Promise<Admin> {
  const visitor = await signIn(app, name, 'admin');
  // For the token of its forms.
  await visitor.get(paths.account());
  const { id } = await app.context.db('users').where('username', name).first('id');
  return { id, visitor };
}

const change = (id: number, columns: object) => app.context.db('users').where({ id }).update(columns);
const demoteAll = () => app.context.db('users').where('role', 'admin').update({ role: 'user' });
const send = ({ visitor }: Admin, { id }: Admin, [name, fields]: (typeof DEMOTIONS)[number]) =>
  visitor.post(paths.memberAction(id, name), { ...fields, reason: REASON });

const activeAdmins = () =>
  app.context.db('users').where({ role: 'admin', disabled_at: null, closing_at: null }).pluck('id');

test.each(DEMOTIONS)(
  'of two admins who send each other the %s at the same instant, one stays',
  async (...demotion) => {
    for (let round = 0; round < 3; round += 1) {
      const [ana, ben] = [
        await addAdmin(`ana-${demotion[0]}-${round}`),
        await addAdmin(`ben-${demotion[0]}-${round}`),
      ];
      const answers = await Promise.all([send(ana, ben, demotion), send(ben, ana, demotion)]);
      expect(answers.filter(({ status }) => status === 303).length).toBeGreaterThanOrEqual(1);
      expect(await activeAdmins()).toHaveLength(1);
      await demoteAll();
    }
  },
);

test('of admins who demote, disable and delete each other all at once, one active admin stays', async () => {
  for (let round = 0; round < 3; round += 1) {
    const admins: Admin[] = [];
    for (const name of ['ana', 'ben', 'eva']) admins.push(await addAdmin(`${name}-${round}`));
    const newest = await app.context.db('audit_log').orderBy('id', 'desc').first('id');
    // Each does something to each of the others: six requests, every kind twice.
    const requests = admins.flatMap((admin, index) =>
      admins
        .filter((other) => other !== admin)
        .map((other, turn) =>
          send(admin, other, DEMOTIONS[(index + turn + round) % 3] as (typeof DEMOTIONS)[number]),
        ),
    );
    const answers = await Promise.all(requests);
    // Who is out already when the request comes is led to the login; nothing breaks.
    for (const { status } of answers) expect([303, 403, 422]).toContain(status);
    expect(await activeAdmins()).toHaveLength(1);
    const written: string[] = await app.context
      .db('audit_log')
      .where('id', '>', newest.id)
      .whereIn('action', ['role.changed', 'account.disabled', 'account.deleted'])
      .pluck('action');
    expect(written.length).toBeGreaterThanOrEqual(2);
    await demoteAll();
  }
});

test('of two admins, one demoting the other who leaves by closing the account, one stays', async () => {
  for (let round = 0; round < 3; round += 1) {
    const [ana, ben] = [await addAdmin(`una-${round}`), await addAdmin(`finn-${round}`)];
    await Promise.all([
      send(ana, ben, ['role', { role: 'user' }]),
      ana.visitor.post(paths.closing(), { username: `una-${round}` }),
    ]);
    expect(await activeAdmins()).toHaveLength(1);
    await demoteAll();
  }
});

test.each([
  ['gus', 'hal', 'has not chosen a password yet', { password_hash: '!' }],
  ['ida', 'jon', 'is locked by “This wasn’t me”', { locked_at: 1 }],
])(
  '%s cannot leave: the other admin, %s, %s, and so may never come in',
  async (one, other, _why, columns) => {
    const [staying, absent] = [await addAdmin(one), await addAdmin(other)];
    await change(absent.id, columns);
    const answer = await staying.visitor.post(paths.closing(), { username: one });
    expect(answer.status).toBe(422);
    expect(alertsOf(answer.text)[0]).toContain('You are the only administrator who can log in');
    // The other can be disabled: somebody stays who can run the store.
    expect((await send(staying, absent, ['disabling', {}])).status).toBe(303);
    expect(await activeAdmins()).toEqual([staying.id]);
    await demoteAll();
  },
);
