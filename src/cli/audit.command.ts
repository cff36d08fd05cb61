import { type Command, InvalidArgumentError } from 'commander';
import { type Break, type Verification, verifyChain } from '../audit/audit-chain.ts';
import { readLinkedAfter } from '../audit/audit-log.table.ts';
import type { Report } from './shell/output.ts';
import { addCommand, type Shell } from './shell/shell.ts';
import { type Store, showFromStore } from './shell/store.ts';

export const TEXTS = {
  group: 'the audit log',
  verify: 'walk the whole audit log and see that no row was changed or removed',
  expect: 'the newest row of an earlier run, kept elsewhere: it must be there still, as it was',
  expectShape: 'Give the number and the hash that an earlier run printed, with a colon between.',
  sound: (rows: number) => `The audit log is sound: no row was changed or removed. Rows: ${rows}`,
  erased: (rows: number) => `Rows whose personal data were erased with an account: ${rows}`,
  unlinked: (rows: number) =>
    `New rows that nothing vouches for yet: ${rows}. A store that runs links them within seconds.`,
  empty: 'The audit log is empty.',
  newest: 'Keep this newest row where whoever has this machine cannot change it, and give it next time:',
  changed: (row: number) => `Row ${row} of the audit log is not as it was written, or the one before it.`,
  emptied: (row: number) =>
    `What row ${row} of the audit log said of people was removed, though no member it is about was erased.`,
  missing: (row: number) => `Row ${row} of the audit log is missing.`,
  expected: (row: number) => `Row ${row} is as it was when you kept it.`,
  otherHash: (row: number) =>
    `Row ${row} is not the one that you kept: the log was written anew from there or from before.`,
  cutOff: (row: number) => `Row ${row}, which you kept, is not there: the end of the log was cut off.`,
};

interface KnownRow {
  row: number;
  hash: string;
}

export function addAuditCommands(program: Command, shell: Shell): void {
  const group = program.command('audit').description(TEXTS.group);
  addCommand(group, 'verify', TEXTS.verify, ['audit verify', `audit verify --expect 1204:${'9f'.repeat(32)}`])
    .option('--expect <number:hash>', TEXTS.expect, readKnownRow)
    .action(({ expect }: { expect?: KnownRow }) => showFromStore(shell, (store) => verify(store, expect)));
}

function readKnownRow(text: string): KnownRow {
  const [, row, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (!row || !hash) throw new InvalidArgumentError(TEXTS.expectShape);
  return { row: Number(row), hash: hash.toLowerCase() };
}

async function verify({ db }: Store, expect: KnownRow | undefined): Promise<Report> {
  const verification = await verifyChain(db);
  if (!verification.ok) {
    const { problem, sequence } = verification;
    return finding(TEXTS[problem](sequence), problem, sequence);
  }
  if (!expect) return sound(verification, []);
  // The chain is whole, so a row that has the hash it had vouches for all rows before it.
  const [row] = await readLinkedAfter(db, expect.row - 1, 1);
  if (row?.sequence !== expect.row) return finding(TEXTS.cutOff(expect.row), 'missing', expect.row);
  if (row.hash !== expect.hash) return finding(TEXTS.otherHash(expect.row), 'changed', expect.row);
  return sound(verification, [TEXTS.expected(expect.row)]);
}

function sound(
  { rows, erased, unlinked, head }: Extract<Verification, { ok: true }>,
  more: string[],
): Report {
  const newest = rows === 0 ? null : { number: head.sequence, hash: head.hash };
  const lines = [
    rows + unlinked === 0 ? TEXTS.empty : TEXTS.sound(rows),
    ...(erased > 0 ? [TEXTS.erased(erased)] : []),
    ...(unlinked > 0 ? [TEXTS.unlinked(unlinked)] : []),
    ...more,
    ...(newest ? [TEXTS.newest, `${newest.number}:${newest.hash}`] : []),
  ];
  return { lines, data: { rows, erased, unlinked, newest } };
}

function finding(message: string, code: Break, row: number): Report {
  return { lines: [message], data: { error: { code, message, row } }, failed: true };
}
