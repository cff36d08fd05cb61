import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_FOLDER } from '../shared/folders.ts';

const SOURCE = join(PROJECT_FOLDER, 'src');
const IMPORT = /(?:\bfrom|\bimport\(|^import) ?'(\.[^']+)'/gm;

/** Which folders' files each folder's files import. The files at the top put the rooms together and are left out. */
function importsByFolder(): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const entry of readdirSync(SOURCE, { recursive: true, withFileTypes: true })) {
    const folder = relative(SOURCE, entry.parentPath);
    if (!entry.name.endsWith('.ts') || entry.name.endsWith('.test.ts') || folder === '') continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    const known = imports.get(folder) ?? new Set();
    for (const [, path = ''] of text.matchAll(IMPORT)) known.add(dirname(normalize(join(folder, path))));
    known.delete(folder);
    known.delete('.');
    imports.set(folder, known);
  }
  return imports;
}

test('no folder imports one that imports it, over however many others: a room and the rooms in it are two', () => {
  const imports = importsByFolder();
  const reaches = (from: string, seen = new Set<string>()): Set<string> => {
    for (const folder of imports.get(from) ?? []) {
      if (!seen.has(folder)) reaches(folder, seen.add(folder));
    }
    return seen;
  };
  const circles = [...imports.keys()].filter((folder) => reaches(folder).has(folder));
  expect(circles).toEqual([]);
});
