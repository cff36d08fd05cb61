import type { Command } from 'commander';
import { type Finding, wordsOf } from '../diagnostics/finding.ts';
import { formatCount } from '../shared/format/counts.ts';
import { examine } from './doctor/examination.ts';
import { inColumns, type Report } from './shell/output.ts';
import { addCommand, type Shell } from './shell/shell.ts';

const TEXTS = {
  doctor: 'look at settings, key, certificate, database, mail, staff and disk, and say what to do',
  note: '\nEach line is ok, a warning or a failure. With a failure the exit code is 1.',
  summary: (failures: number, warnings: number) =>
    `${formatCount(failures, 'failure')}, ${formatCount(warnings, 'warning')}`,
};

export function addDoctorCommand(program: Command, shell: Shell): void {
  addCommand(program, 'doctor', TEXTS.doctor, ['doctor', 'doctor --json'])
    .addHelpText('after', TEXTS.note)
    .action(async () => shell.show(reportOf(await examine(shell.readSettings))));
}

function reportOf(findings: Finding[]): Report {
  const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
  const failures = count('failure');
  const warnings = count('warning');
  const rows = findings.map((finding) => [finding.level, finding.check, wordsOf(finding)]);
  return {
    lines: [...inColumns(rows), TEXTS.summary(failures, warnings)],
    data: { failures, warnings, checks: findings },
    failed: failures > 0,
  };
}
