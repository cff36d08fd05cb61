import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEXTS as ROUTES_TEXTS } from '../../api/v1/routes.ts';
import { type AuditEvent, record } from '../../audit/audit.ts';
import { linkAudit } from '../../audit/audit-chain.ts';
import { emptyRowsAbout, readHead } from '../../audit/audit-log.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { changeRole } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { memberActionOf } from '../../testing/member-actions.ts';
import { addPerson, signIn } from '../../testing/people.ts';
import { type Answer, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as AUDIT_LINE_TEXTS } from './audit-line.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

let app: TestApp;
let ana: Visitor;
let anaId: number;
let bob: number;
let carol: number;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
  anaId = (await app.context.db('users').where('username', 'ana').first('id')).id;
  bob = await addPerson(app.context, 'bob');
  carol = await addPerson(app.context, 'carol');
});
afterAll(() => app.close());

const write = (event: AuditEvent, at = app.context.clock()) =>
  inTransaction(app.context.db, (trx) => record(trx, at, event));

/** The page with these filters, once every row has its number. */
async function look(query: Record<string, string> = {}): Promise<Answer> {
  await linkAudit(app.context.db);
  return ana.get(`${paths.audit()}?${new URLSearchParams(query)}`);
}

/** The lines of a page, each as a person reads it. */
const linesOf = (page: string) =>
  [...page.matchAll(/<tr>\s*<td class="when">(.*?)<\/tr>/gs)].map(([, line]) => textOf(line ?? ''));

/** The numbers of a page's lines. */
const numbersOf = (page: string) =>
  [...page.matchAll(/No\. (\d+) <code>/g)].map(([, number]) => Number(number));

/** Where a link under the list leads. */
const stepOf = ({ text }: Answer, label: string) =>
  new RegExp(`class="page-link" href="([^"]+)"[^>]*>[^<]*${label}`).exec(text)?.[1]?.replaceAll('&amp;', '&');

describe('a line of the log', () => {
  test('tells when, what, by whom, on whom, from where, before and after, and why', async () => {
    await changeRole(
      app.context,
      { ...memberActionOf(anaId, 'she asked'), client: { address: '192.0.2.7', userAgent: FIREFOX } },
      bob,
      { role: 'moderator' },
    );
    expect(linesOf((await ana.get(paths.audit())).text)[0]).toContain('Not linked yet Role changed');
    const page = await look();
    const { sequence, hash } = await readHead(app.context.db);
    expect(linesOf(page.text)[0]).toMatch(
      new RegExp(
        `^\\d.* \\d\\d:\\d\\d:\\d\\d No\\. ${sequence} ${hash.slice(0, 8)} ${hash} Role changed role\\.changed you bob 192\\.0\\.2\\.7 Firefox on Linux Change user → moderator Reason she asked$`,
      ),
    );
    expect(page.text).toContain(`<a href="${paths.adminMember(bob)}">bob</a>`);
    expect(textOf(page.text)).toContain(`Newest linked row: No. ${sequence} ${hash}`);
  });

  test.each<[string, Partial<AuditEvent>, string]>([
    ['somebody not logged in', { actor: { kind: 'guest' } }, 'somebody not logged in'],
    ['the store', { actor: { kind: 'system' } }, 'the store'],
    ['the terminal', { actor: { kind: 'operator', name: 'root' } }, AUDIT_LINE_TEXTS.operatorName('root')],
    ['nobody that there is', { actor: { kind: 'member', id: 999_999 } }, 'somebody who was erased'],
    [
      'several changes',
      { details: { storeName: { from: 'A', to: '' }, open: true } },
      'Store name A → nothing Open yes',
    ],
    [
      'a list',
      { details: { factors: ['password', 'a passkey'], left: 3, none: [] } },
      'Factors password, a passkey Left 3 None nothing',
    ],
    [
      'something nested',
      { details: { filters: { who: 'ana', days: { from: 1 } } } },
      'Filters who: ana, days: from: 1',
    ],
    ['a long text', { details: { body: 'é'.repeat(5_000) } }, `Body ${'é'.repeat(160)}…`],
    [
      'a token',
      { client: { address: '192.0.2.7', userAgent: 'curl/8', token: ROUTES_TEXTS.personalToken(3) } },
      `Through ${ROUTES_TEXTS.personalToken(3)}`,
    ],
  ])('tells of %s', async (_what, event, words) => {
    await write({ action: 'store.tested', actor: { kind: 'member', id: carol }, ...event });
    const page = await look({ action: 'store.tested' });
    expect(linesOf(page.text)[0]).toContain(words);
  });

  test('prints what people typed as text', async () => {
    const script = '<script>alert(1)</script>';
    await write({
      action: 'store.attacked',
      actor: { kind: 'operator', name: script },
      client: { address: script, userAgent: `${script} Firefox/1.0` },
      details: { reason: script, [script]: { from: script, to: '"\'' } },
    });
    const page = await look({ action: 'store.attacked' });
    expect(page.text).not.toContain('<script>alert');
    expect(linesOf(page.text)[0]).toContain(`the terminal (${script})`);
  });

  test('of somebody who was erased says so, and names nobody', async () => {
    const dora = await addPerson(app.context, 'dora');
    await write({
      action: 'dora.acted',
      actor: { kind: 'member', id: dora },
      subjectId: dora,
      details: { secret: 'x1' },
    });
    await app.context
      .db('users')
      .where({ id: dora })
      .update({ username: `erased #${dora}`, erased_at: 1 });
    await inTransaction(app.context.db, (trx) => emptyRowsAbout(trx, dora));
    const [line] = linesOf((await look({ action: 'dora.acted' })).text);
    expect(line).toContain(`somebody who was erased somebody who was erased ${AUDIT_LINE_TEXTS.erased}`);
    expect(line).not.toContain('x1');
  });
});

describe('a filter', () => {
  const AT = Date.UTC(2020, 4, 10, 12);
  const events: AuditEvent[] = [
    { action: 'filter.one', actor: { kind: 'guest' }, subjectId: 0 },
    { action: 'filter.two', actor: { kind: 'guest' } },
    { action: 'filter.one', actor: { kind: 'operator', name: 'root' } },
  ];
  beforeAll(async () => {
    const own = [
      { ...events[0], subjectId: bob },
      events[1],
      events[2],
      { ...events[1], actor: { kind: 'member', id: carol }, subjectId: bob },
    ];
    for (const [day, event] of own.entries()) await write(event as AuditEvent, AT + day * DAY);
  });

  test.each([
    [{ whom: 'BOB' }, 'Everything, to BOB, from 10 May 2020 until 13 May 2020', [1, 4]],
    [{ who: 'carol' }, 'Everything, done by carol, from 10 May 2020 until 13 May 2020', [4]],
    [
      { who: 'carol', whom: 'bob', action: 'filter.two' },
      'Filter two, done by carol to bob, from 10 May 2020 until 13 May 2020',
      [4],
    ],
    [{ who: 'carol', by: 'guest' }, 'Everything, done by carol, from 10 May 2020 until 13 May 2020', []],
    [{ action: 'filter.one' }, 'Filter one, from 10 May 2020 until 13 May 2020', [1, 3]],
    [
      { by: 'guest' },
      'Everything, done by somebody not logged in, from 10 May 2020 until 13 May 2020',
      [1, 2],
    ],
    [
      { by: 'operator', action: 'filter.one' },
      'Filter one, done by somebody at the terminal, from 10 May 2020 until 13 May 2020',
      [3],
    ],
    [{ from: '2020-05-11', until: '2020-05-12' }, 'Everything, from 11 May 2020 until 12 May 2020', [2, 3]],
    [{ from: '2020-05-12', until: '2020-05-12' }, 'Everything, on 12 May 2020', [3]],
    [{ from: '2020-05-12', until: '2020-05-11' }, 'Everything, from 12 May 2020 until 11 May 2020', []],
    [{ action: 'filter.three' }, 'Filter three, from 10 May 2020 until 13 May 2020', []],
  ])('in the address is told in words: %o', async (query, words, found) => {
    const page = await look({ from: '2020-05-10', until: '2020-05-13', ...query });
    const first = (await app.context.db('audit_log').min({ sequence: 'sequence' }).where('at', AT))[0]
      ?.sequence;
    expect(textOf(/<h2 class="summary">(.*?)<\/h2>/s.exec(page.text)?.[1] ?? '')).toBe(words);
    expect(numbersOf(page.text)).toEqual(found.map((day) => Number(first) + day - 1).reverse());
    expect(page.text.includes('Nothing found')).toBe(found.length === 0);
  });

  test('for a name that nobody has says so, finds nothing and keeps what was typed', async () => {
    const page = await look({ who: 'nobodyy', whom: '<b>' });
    expect(textOf(page.text)).toContain('Nobody here is called “nobodyy” or “<b>”.');
    expect(numbersOf(page.text)).toEqual([]);
    expect(page.text).toContain('value="nobodyy"');
    expect(page.text).not.toContain('<b>');
  });

  test('offers every action in groups, and keeps one that it does not know', async () => {
    const page = await look({ action: 'role.changed' });
    expect(page.text).toMatch(
      /<optgroup label="Accounts">.*<option value="role.changed" selected>Role changed</s,
    );
    expect((await look({ action: 'future.thing' })).text).toMatch(
      /<optgroup label="Others">\s*<option value="future.thing" selected>Future thing</,
    );
  });

  const NONSENSE = [
    'x'.repeat(1_000),
    '-1',
    '0',
    "' or 1=1 --",
    '<script>',
    '2026-02-30',
    '9'.repeat(20),
    '1.5',
    'é',
  ];
  test('of nonsense in every parameter but the names is none', async () => {
    const plain = numbersOf((await look()).text);
    for (const text of NONSENSE) {
      const query = new URLSearchParams({
        action: text,
        by: text,
        from: text,
        until: text,
        before: text,
        after: text,
      });
      const page = await ana.get(
        `${paths.audit()}?${query}&by=guest&who=${'y'.repeat(300)}&sort=${text}&who=1&who=2`,
      );
      expect(page.status).toBe(200);
      expect(numbersOf(page.text)).toEqual(plain);
    }
  });
});

describe('a long log', () => {
  const LONG: AuditEvent = { action: 'long.log', actor: { kind: 'guest' } };

  test('has pages that nothing slips between, in both directions', async () => {
    await inTransaction(app.context.db, async (trx) => {
      for (let index = 0; index < 120; index += 1) await record(trx, app.context.clock(), LONG);
    });
    await linkAudit(app.context.db);
    const all = await app.context
      .db('audit_log')
      .where('action', 'long.log')
      .orderBy('id', 'desc')
      .pluck('sequence');
    const step = async (page: Answer, label: string) => ana.get(stepOf(page, label) ?? 'no step');
    const first = await look({ action: 'long.log' });
    const second = await step(first, 'Older');
    const third = await step(second, 'Older');
    expect([first, second, third].flatMap(({ text }) => numbersOf(text))).toEqual(all);
    expect(stepOf(first, 'Newer')).toBeUndefined();
    expect(stepOf(third, 'Older')).toBeUndefined();

    await write(LONG);
    await linkAudit(app.context.db);
    const back = await step(third, 'Newer');
    expect(numbersOf(back.text)).toEqual(numbersOf(second.text));
    const newest = await step(await step(back, 'Newer'), 'Newer');
    expect(numbersOf(newest.text)).toHaveLength(50);
    expect(numbersOf(newest.text)[1]).toBe(all[0]);
    expect(stepOf(newest, 'Newer')).toBeUndefined();
  });

  test('shows its newest page for a place where there is nothing', async () => {
    const newest = numbersOf((await look({ action: 'long.log' })).text);
    for (const place of ['before=1', 'after=99999999', 'before=999999999999999']) {
      const page = await ana.get(`${paths.audit()}?action=long.log&${place}`);
      expect(numbersOf(page.text)).toEqual(newest);
    }
  });
});

test('the log is for admins alone (ASVS 8.2.1)', async () => {
  const mina = await signIn(app, 'mod-mina', 'moderator');
  const erin = await signIn(app, 'erin');
  for (const visitor of [mina, erin]) {
    for (const path of [paths.audit(), paths.exportAudit()]) {
      const page = await visitor.get(path);
      expect(page.status).toBe(403);
      expect(page.text).not.toContain('No. ');
    }
    expect((await visitor.post(paths.exportAudit())).status).toBe(403);
  }
  expect((await mina.get(paths.admin())).text).not.toContain(`href="${paths.audit()}"`);
  const page = await look({ who: 'mod-mina', action: 'access.denied' });
  expect(linesOf(page.text)[0]).toContain('Method POST Path /admin/audit/export');
});
