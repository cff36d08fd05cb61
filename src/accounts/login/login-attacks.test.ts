import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { personalOf, record } from '../../audit/audit.ts';
import { searchAudit } from '../../audit/audit-search.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import { HOUR, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { actionPath, mailsTo } from '../../testing/mailbox.ts';
import { samplesOf } from '../../testing/metrics.ts';
import { addPerson, PASSWORD, unconfirm } from '../../testing/people.ts';
import { ATTACK, TEXTS as LOGIN_ATTACKS_TEXTS, watchForLoginAttacks } from './login-attacks.ts';

const TOKEN = 'quarry-lantern-sail-nine-and-two-fifths';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ TRUST_PROXY: '1', METRICS_TOKEN: TOKEN });
  await addPerson(app.context, 'ana', 'admin');
  await addPerson(app.context, 'adam', 'admin');
  await addPerson(app.context, 'mina', 'moderator');
});
afterAll(() => app.close());
beforeEach(() => app.passTime(2 * HOUR));

/** Failed logins, as the log holds them. */
async function fail(
  count: number,
  { address, subject }: { address: (n: number) => string; subject: (n: number) => number | undefined },
) {
  await inTransaction(app.context.db, async (trx) => {
    for (let number = 0; number < count; number += 1) {
      const subjectId = subject(number);
      await record(trx, app.context.clock(), {
        action: 'login.failed',
        actor: { kind: 'guest' },
        ...(subjectId === undefined ? {} : { subjectId }),
        client: { address: address(number), userAgent: '' },
      });
    }
  });
}

const anywhere = (number: number) => `198.51.100.${number}`;
const anybody = (number: number) => (number % 2 ? undefined : 1_000 + number);

const alarms = async () =>
  (await mailsTo(app.context, 'ana@example.org')).filter(
    ({ message }) => message.subject === LOGIN_ATTACKS_TEXTS.subject,
  );
const rows = () => searchAudit(app.context.db, { action: 'login.attacked' }, 10);

test.each([
  ['one account', { address: anywhere, subject: () => 7 }],
  ['one network', { address: () => '2001:db8::1', subject: anybody }],
  [
    'the addresses of one IPv6 network',
    { address: (number: number) => `2001:db8::${number}`, subject: anybody },
  ],
  [
    'the /64 networks of one /48, as one subscriber may have',
    { address: (number: number) => `2001:db8:0:${number}::1`, subject: anybody },
  ],
])('many failures of %s are none of the whole store', async (_what, failures) => {
  await fail(100, failures);
  await watchForLoginAttacks(app.context);
  expect([await alarms(), await rows()]).toEqual([[], []]);
});

test('failures on thirty accounts from thirty networks are told once an hour, to every administrator', async () => {
  await fail(ATTACK.accounts - 1, { address: anywhere, subject: anybody });
  await watchForLoginAttacks(app.context);
  expect(await alarms()).toEqual([]);

  // The last one through the door.
  const visitor = app.visitor();
  await visitor.get(paths.login());
  await visitor.post(
    paths.login(),
    { username: 'mina', password: `${PASSWORD}x` },
    { 'x-forwarded-for': '192.0.2.1' },
  );
  expect(await watchForLoginAttacks(app.context)).toEqual({ accounts: 30, networks: 30 });
  app.passTime(50 * MINUTE);
  await watchForLoginAttacks(app.context);
  const [mail, ...more] = await alarms();
  expect(more).toEqual([]);
  expect(mail && actionPath(mail)).toBe('/admin/audit?action=login.failed');
  expect(await mailsTo(app.context, 'adam@example.org')).toHaveLength(1);
  expect(await mailsTo(app.context, 'mina@example.org')).toEqual([]);
  const [row, ...others] = await rows();
  expect(others).toEqual([]);
  expect(row && personalOf(row).details).toEqual({ accounts: 30, networks: 30 });

  app.passTime(11 * MINUTE);
  await fail(ATTACK.accounts, { address: anywhere, subject: anybody });
  await watchForLoginAttacks(app.context);
  expect(await alarms()).toHaveLength(2);
});

test('an administrator whose address was never confirmed gets no such mail', async () => {
  await addPerson(app.context, 'nina', 'admin');
  await unconfirm(app.context, 'nina');
  await fail(ATTACK.accounts, { address: anywhere, subject: anybody });
  await watchForLoginAttacks(app.context);
  expect(await mailsTo(app.context, 'nina@example.org')).toEqual([]);
});

test('the metrics hold both numbers, where the job runs', async () => {
  const { metrics } = app.context;
  metrics?.background(() => true);
  metrics?.failedLogins({ accounts: 31, networks: 42 });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const spread = async () => {
    const samples = samplesOf((await app.visitor().get(paths.metrics(), headers)).text);
    return ['accounts', 'networks'].map((over) =>
      samples.get(`gatehouse_failed_logins_spread{over="${over}"}`),
    );
  };
  expect(await spread()).toEqual([31, 42]);
  metrics?.background(() => false);
  expect(await spread()).toEqual([0, 0]);
});
