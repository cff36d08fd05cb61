import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { record } from '../audit/audit.ts';
import { linkAudit } from '../audit/audit-chain.ts';
import { inTransaction } from '../database/transaction.ts';
import { clearLog, eraseMember } from '../testing/audit.ts';
import { type CommandLine, openCommandLine } from '../testing/command-line.ts';
import { TEXTS as AUDIT_TEXTS } from './audit.command.ts';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.close());
beforeEach(async () => {
  await clearLog(line.db);
});

const row = (sequence: number) => line.db('audit_log').where({ sequence });

async function write(rows: number): Promise<void> {
  for (let id = 1; id <= rows; id += 1) {
    const actor = { kind: 'member' as const, id };
    await inTransaction(line.db, (trx) =>
      record(trx, id, { action: 'login.succeeded', actor, subjectId: id }),
    );
  }
  await linkAudit(line.db);
}

async function newest(): Promise<string> {
  const { number, hash } = (await line.json('audit', 'verify')).newest;
  return `${number}:${hash}`;
}

describe('audit verify', () => {
  test('says of a sound log how long it is, and prints its newest row to be kept elsewhere', async () => {
    await write(5);
    await eraseMember(line.db, 2);
    const { hash } = await row(5).first();
    expect(await line.json('audit', 'verify')).toEqual({
      code: 0,
      ok: true,
      rows: 5,
      erased: 1,
      unlinked: 1,
      newest: { number: 5, hash },
    });
    const { code, out } = await line.run('audit', 'verify');
    expect(code).toBe(0);
    expect(out).toContain('New rows that nothing vouches for yet: 1.');
    expect(out.trimEnd().split('\n').at(-1)).toBe(`5:${hash}`);
  });

  test('says of an empty log that it is empty', async () => {
    expect(await line.run('audit', 'verify')).toEqual({ code: 0, out: `${AUDIT_TEXTS.empty}\n`, err: '' });
    expect(await line.json('audit', 'verify')).toMatchObject({ rows: 0, newest: null });
  });

  test('finds a row that was changed and one that was removed, and names the first of them', async () => {
    await write(9);
    await row(7).update({ action: 'login.failed' });
    expect(await line.json('audit', 'verify')).toMatchObject({
      code: 1,
      ok: false,
      error: { code: 'changed', row: 7 },
    });
    await row(4).delete();
    expect(await line.json('audit', 'verify')).toMatchObject({
      code: 1,
      ok: false,
      error: { code: 'missing', row: 4 },
    });
    expect(await line.run('audit', 'verify')).toEqual({
      code: 1,
      out: `${AUDIT_TEXTS.missing(4)}\n`,
      err: '',
    });
  });

  test('finds a log whose rows were emptied though nobody was erased', async () => {
    await write(3);
    await line.db('audit_log').update({ personal: null });
    expect(await line.json('audit', 'verify')).toMatchObject({
      code: 1,
      error: { code: 'emptied', row: 1 },
    });
  });

  test('finds with a kept row that the log was cut off and its head put back', async () => {
    await write(5);
    const kept = await newest();
    await row(5).delete();
    const { hash } = await row(4).first();
    await line.db('audit_head').update({ sequence: 4, hash });
    expect(await line.json('audit', 'verify')).toMatchObject({ code: 0, rows: 4 });
    expect(await line.json('audit', 'verify', '--expect', kept)).toMatchObject({
      code: 1,
      error: { code: 'missing', row: 5 },
    });
  });

  test('finds with a kept row that the whole log was written anew', async () => {
    await write(3);
    const kept = await newest();
    await clearLog(line.db);
    await write(4);
    expect(await line.json('audit', 'verify')).toMatchObject({ code: 0 });
    expect(await line.json('audit', 'verify', '--expect', kept)).toMatchObject({
      code: 1,
      error: { code: 'changed', row: 3 },
    });
  });

  test('is content with a kept row that is still there, however much came after it', async () => {
    await write(3);
    const kept = await newest();
    await write(2);
    const { code, out } = await line.run('audit', 'verify', '--expect', kept.toUpperCase());
    expect(code).toBe(0);
    expect(out).toContain(AUDIT_TEXTS.expected(3));
  });

  test.each([
    '',
    '5',
    '0:',
    `0:${'f'.repeat(64)}`,
    `1:${'f'.repeat(63)}`,
    `-1:${'f'.repeat(64)}`,
    `${'9'.repeat(16)}:${'f'.repeat(64)}`,
  ])('takes no kept row such as "%s"', async (kept) => {
    expect((await line.run('audit', 'verify', '--expect', kept)).code).toBe(2);
  });
});
