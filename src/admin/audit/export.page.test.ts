import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEXTS as ROUTES_TEXTS } from '../../api/v1/routes.ts';
import { type AuditEvent, personalOf, record } from '../../audit/audit.ts';
import { linkAudit } from '../../audit/audit-chain.ts';
import { readHead } from '../../audit/audit-log.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { textOf, type Visitor } from '../../testing/visitor.ts';
import { exportAudit } from './audit-export.ts';
import { readFilters } from './filters.ts';

let app: TestApp;
let ana: Visitor;
let bob: number;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
  bob = await addPerson(app.context, 'bob');
});
afterAll(() => app.close());

const write = (events: AuditEvent[]) =>
  inTransaction(app.context.db, async (trx) => {
    for (const event of events) await record(trx, Date.UTC(2026, 0, 2, 3, 4, 5, 6), event);
  });

const HEADER = 'number,time,action,by,by_id,by_name,on_id,on_name,address,device,token,details,erased,hash';

describe('the export', () => {
  test('holds what is filtered, whole, with no cell that a spreadsheet would run (CSV injection)', async () => {
    await write([
      {
        action: 'export.tested',
        actor: { kind: 'operator', name: '=1+1' },
        subjectId: bob,
        client: { address: '192.0.2.7', userAgent: '@SUM(A1)', token: ROUTES_TEXTS.personalToken(3) },
        details: { reason: 'a "long"\nreason '.repeat(50), from: 'x', to: 'y' },
      },
      { action: 'export.other', actor: { kind: 'system' } },
    ]);
    const asked = await ana.get(`${paths.exportAudit()}?action=export.tested&whom=bob&sort=x`);
    expect(textOf(asked.text)).toContain('The file holds: Export tested, to bob .');
    const fields = { action: 'export.tested', whom: 'bob' };
    await linkAudit(app.context.db);
    const answer = await ana.post(paths.exportAudit(), fields);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename=audit-log-\d{4}-\d\d-\d\d\.csv$/,
    );
    const { sequence, hash } = await app.context.db('audit_log').where('action', 'export.tested').first();
    const details = JSON.stringify({ reason: 'a "long"\nreason '.repeat(50), from: 'x', to: 'y' });
    expect(answer.text.replace('\uFEFF', '')).toBe(
      `${HEADER}\r\n${sequence},2026-01-02T03:04:05.006Z,export.tested,operator,,'=1+1,${bob},bob,192.0.2.7,'@SUM(A1),personal access token 3,"${details.replaceAll('"', '""')}",no,${hash}\r\n`,
    );

    const written = await app.context.db('audit_log').where('action', 'audit.exported').first();
    // By number: the row is nobody's own, so a name would stay in it when its bearer is erased.
    expect(personalOf(written).details).toEqual({ filters: { ...fields, whom: bob } });
  });

  test('of a long log is all of it, in its order', async () => {
    const { sequence } = await readHead(app.context.db);
    const hash = { personal: '{}', personal_hash: '', previous_hash: '', hash: '' };
    const rows = Array.from({ length: 1_203 }, (_, index) => ({
      sequence: sequence + 1 + index,
      at: 0,
      action: 'export.long',
      actor_kind: 'guest',
      ...hash,
    }));
    await inTransaction(app.context.db, async (trx) => {
      await trx.batchInsert('audit_log', rows, 100);
      await trx('audit_head').update({ sequence: sequence + rows.length });
    });
    const { text } = await ana.post(paths.exportAudit(), { action: 'export.long' });
    const numbers = text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[0]));
    expect(numbers).toEqual(rows.map((row) => row.sequence).reverse());
  });

  test('of what cannot be found has its header alone', async () => {
    const { text } = await ana.post(paths.exportAudit(), { who: 'nobodyy' });
    expect(text.replace('\uFEFF', '')).toBe(`${HEADER}\r\n`);
    const written = await app.context.db('audit_log').orderBy('id', 'desc').first();
    expect(personalOf(written).details).toEqual({ filters: { who: null } });
  });

  test('asks who logged in a while ago to confirm it, and keeps the filters (ASVS 7.5.1)', async () => {
    app.passTime(6 * MINUTE);
    const sent = await ana.post(paths.exportAudit(), { action: 'export.tested', by: 'operator' });
    expect(sent.location).toBe(paths.recentLogin());
    const confirmed = await ana.submit(paths.recentLogin(), { password: PASSWORD });
    const back = await ana.follow(confirmed);
    expect(textOf(back.text)).toContain('Export tested, done by somebody at the terminal');
    expect(back.text).toContain('name="action" value="export.tested"');

    app.passTime(6 * MINUTE);
    const opened = `${paths.exportAudit()}?by=guest`;
    expect((await ana.get(opened)).location).toBe(paths.recentLogin());
    expect((await ana.submit(paths.recentLogin(), { password: PASSWORD })).location).toBe(opened);
  });

  test('is for admins alone, also for the rule behind the page (ASVS 8.2.1)', async () => {
    const client = { address: '192.0.2.7', userAgent: '' };
    const outcome = await exportAudit(app.context, { id: bob, role: 'moderator' }, readFilters({}), client);
    expect(outcome).toEqual({ ok: false, problem: 'not-allowed' });
    expect(await app.context.db('audit_log').where({ action: 'audit.exported', actor_id: bob })).toEqual([]);
  });
});
