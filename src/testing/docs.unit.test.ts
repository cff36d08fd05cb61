import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_FOLDER } from '../shared/folders.ts';

const read = (file: string) => readFileSync(join(PROJECT_FOLDER, file), 'utf8');

test('every promise in docs/security.md names a test that exists', () => {
  const proofs = [...read('docs/security.md').matchAll(/\| `([\w./-]+\.test\.ts)` "(.+)" \|$/gm)];
  expect(proofs.length).toBeGreaterThan(30);
  const missing = proofs.filter(([, file = '', title = '']) => !read(file).includes(title));
  expect(missing.map(([line]) => line)).toEqual([]);
});

test('every link in the documentation leads to a file', () => {
  const pages = ['api', 'operations', 'security', 'decisions/README'].map((page) => `docs/${page}.md`);
  for (const page of ['README.md', ...pages]) {
    const folder = join(PROJECT_FOLDER, page, '..');
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  }
});

test('every file and folder of the project that the documentation names is there', () => {
  const decisions = readdirSync(join(PROJECT_FOLDER, 'docs/decisions')).map(
    (name) => `docs/decisions/${name}`,
  );
  const pages = ['README.md', 'docs/api.md', 'docs/operations.md', 'docs/security.md', ...decisions];
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`((?:src|views|public|migrations|e2e|bench|docs)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    ),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(join(PROJECT_FOLDER, path)))).toEqual([]);
});

test('the README names all that is in src', () => {
  const [, tree = ''] = /^src\/\n((?: {2}.*\n)+)/m.exec(read('README.md')) ?? [];
  const named = [...tree.matchAll(/^ {2}([\w.-]+)/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(readdirSync(join(PROJECT_FOLDER, 'src')).sort());
});

test('the README and .env.example name every setting', () => {
  const settings = [...read('src/config/settings.ts').matchAll(/^ {2}([A-Z_]+): /gm)].map(
    ([, name = '']) => name,
  );
  expect(settings.length).toBeGreaterThan(10);
  for (const name of settings) {
    expect(read('README.md')).toContain(`| \`${name}\``);
    expect(read('.env.example')).toContain(`\n#${name}=`);
  }
});
