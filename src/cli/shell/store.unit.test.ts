import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asAnotherUser } from '../../testing/another-user.ts';
import { refuseMissingFile } from './store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a store that another user keeps is not called one that is missing', () => {
  const file = join(folder, 'gatehouse.db');
  writeFileSync(file, '');
  const look = () => refuseMissingFile({ dialect: 'sqlite', file });
  expect(() => asAnotherUser(folder, look)).toThrow(
    /cannot be read \(EACCES.*as the user that runs the store/,
  );
  expect(look).not.toThrow();
  rmSync(file);
  expect(look).toThrow('There is no store at');
});
