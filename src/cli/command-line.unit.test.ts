import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { systemClock } from '../shared/clock.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { runCaptured } from '../testing/command-line.ts';
import { createProgram } from './command-line.ts';

const ignore = () => undefined;

/** The full names of all commands: `user create`. */
function namesOf(command: Command, path: string[] = []): string[] {
  if (command.commands.length === 0) return [path.join(' ')];
  return command.commands.flatMap((child) => namesOf(child, [...path, child.name()]));
}

const COMMANDS = namesOf(
  createProgram(
    { out: ignore, err: ignore },
    {
      readSettings: readConfig,
      show: ignore,
      say: ignore,
      warn: ignore,
      freeOutput: ignore,
      bar: { show: ignore, clear: ignore },
      clock: systemClock,
      watch: undefined,
    },
  ),
);

const run = (...args: string[]) => runCaptured(args);

describe('help', () => {
  test.each(COMMANDS)('%s shows how it is used, with examples that begin like it', async (command) => {
    const { code, out, err } = await run(...command.split(' '), '--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Usage: gatehouse ${command}`);
    expect(out).toContain('--json');
    expect(out).toMatch(new RegExp(`Examples:\n  \\$ gatehouse ${command}`));
  });

  test('and the version need no settings', async () => {
    expect((await run('--help')).out).toContain('Exit codes');
    const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
    expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test('comes without being asked where the command is missing, as wrong usage', async () => {
    const { code, out, err } = await run();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^Usage: gatehouse .*\ngatehouse: a command is missing\n$/s);
  });
});

test('docs/operations.md names every command, and none that does not exist', () => {
  const page = readFileSync(join(PROJECT_FOLDER, 'docs', 'operations.md'), 'utf8');
  expect(COMMANDS.filter((command) => !page.includes(`| \`gatehouse ${command}`))).toEqual([]);
  const told = [...page.matchAll(/\bgatehouse ((?:user|audit|db) [\w-]+|[a-z][\w-]*)(?=[^`\n]*[`"])/g)];
  expect(told.length).toBeGreaterThan(COMMANDS.length);
  expect(told.map(([, name = '']) => name).filter((name) => !COMMANDS.includes(name))).toEqual([]);
});
