import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FEATURES } from '../feature-list.ts';
import { paths } from '../paths.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';

test('every section of the back office is among the pages that a browser looks at on every screen', () => {
  const folder = join(PROJECT_FOLDER, 'e2e', 'support');
  const text = readdirSync(folder)
    .filter((file) => file.endsWith('-pages.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('');
  const named = new Set([...text.matchAll(/paths\.(\w+)\(\)/g)].map(([, name]) => name));
  const opened = Object.entries(paths)
    .filter(([name, path]) => named.has(name) && path.length === 0)
    .map(([, path]) => (path as () => string)());
  expect(opened).toEqual(expect.arrayContaining(FEATURES.flatMap(({ section }) => section?.path ?? [])));
});
