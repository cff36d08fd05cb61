import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FEATURES } from '../../feature-list.ts';
import { PROJECT_FOLDER } from '../../shared/folders.ts';
import { ACTION, actionGroups, formatAction } from './actions.ts';

const SOURCE = join(PROJECT_FOLDER, 'src');

test('whatever is written into the log can be looked for', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const written = files.flatMap((file) => {
    const source = readFileSync(join(SOURCE, file), 'utf8');
    return [...source.matchAll(/(?:action: |record\w*\([^'()]*)'([a-z-]+\.[a-z-]+)'/g)].map(
      ([, action]) => action,
    );
  });
  expect(new Set(written).size).toBeGreaterThan(40);
  const offered = actionGroups(FEATURES, '').flatMap(({ options }) => options.map(({ value }) => value));
  expect(written.filter((action) => !offered.includes(action ?? ''))).toEqual([]);
  expect(offered.filter((action) => !ACTION.test(action))).toEqual([]);
  expect(actionGroups(FEATURES, '').map(({ label }) => label)).not.toContain('Others');
});

test.each([
  ['role.changed', 'Role changed'],
  ['two-factor.app-added', 'Two-factor app added'],
  ['email.change-requested', 'E-mail change requested'],
  ['recovery-code.used', 'Recovery code used'],
])('%s is said as "%s"', (action, words) => {
  expect(formatAction(action)).toBe(words);
});
