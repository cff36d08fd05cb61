import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEXTS as ENV_FILE_TEXTS, readEnvFile } from './env-file.ts';
import { TEXTS as NAMES_TEXTS } from './names.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-env-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const file = join(folder, '.env');
  writeFileSync(file, text);
  const { values, problems } = readEnvFile(file);
  return { values, problems: problems.map((problem) => problem.replaceAll(file, '.env')) };
}

describe('a .env file', () => {
  test.each([
    ['names and values', 'PORT=3000\nHOST=::1\n', { PORT: '3000', HOST: '::1' }],
    ['comments and blank lines', '# ours\n\n  # more\nPORT=1 # the first\n', { PORT: '1' }],
    ['values that are left empty', 'PORT=\nHOST= # none\n', { PORT: '', HOST: '' }],
    ['quotes', `STORE_NAME="Bob's #1" # ours\nMAIL_FROM='"B" <b@x.example>'`, { STORE_NAME: "Bob's #1" }],
    ['a quote within a value', "STORE_NAME=Bob's", { STORE_NAME: "Bob's" }],
    ['the ends of lines that Windows writes', 'PORT=1\r\nHOST="::"\r\n', { PORT: '1', HOST: '::' }],
    ['a mark of its encoding', '\uFEFFPORT=1\n', { PORT: '1' }],
    ['what a shell would read', 'export PORT=1\n', { PORT: '1' }],
    ['further providers', 'OIDC_2_ISSUER=https://x.example', { OIDC_2_ISSUER: 'https://x.example' }],
    ['what Docker Compose reads', 'DATABASE_PASSWORD=x\nCOMPOSE_PROFILES=alone', { DATABASE_PASSWORD: 'x' }],
    ['what tests read', 'TEST_POSTGRES_URL=postgres://x/y', { TEST_POSTGRES_URL: 'postgres://x/y' }],
  ])('may hold %s', (_what, text, values) => {
    expect(read(text)).toMatchObject({ values, problems: [] });
  });

  test.each([
    ['SMTP_URI', 'SMTP_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['port', 'PORT'],
    ['PROT', 'PORT'],
    ['HOSTS', 'HOST'],
    ['SECRETKEY', 'SECRET_KEY'],
    ['OIDC_3_CLIENT_SECERT', 'OIDC_3_CLIENT_SECRET'],
  ])('with %s is refused, and %s is named', (name, meant) => {
    expect(read(`${name}=hush`).problems).toEqual([`.env: ${name} is not a setting. Did you mean ${meant}?`]);
  });

  test('with a name like none of ours is refused', () => {
    expect(read('FAVOURITE_COLOUR=green').problems).toEqual([
      `.env: ${NAMES_TEXTS.unknown('FAVOURITE_COLOUR')}`,
    ]);
  });

  test.each([
    'STORE_NAME: Corner Shop',
    'SMTP_URL smtp://mail.example',
    'STORE NAME=Corner Shop',
    '=3000',
    `STORE_NAME='Bob's shop'`,
    'STORE_NAME="Corner Shop',
    'STORE_NAME="Corner" Shop',
    'SECRET_KEY=lantern-moss#fiddle-barn-7890123456',
    '<<<<<<< HEAD',
  ])('with a line that would not be read as it is meant is refused by its number: %s', (line) => {
    expect(read(`# ours\nPORT=1\n${line}\nHOST=::1\n`).problems).toEqual([
      expect.stringMatching(/^Line 3 of \.env is not NAME=value\./),
    ]);
  });

  test('with a name that comes twice is refused: the second may be a template’s empty one', () => {
    expect(read('DATABASE_URL=postgres://x/y\n# ours\nDATABASE_URL=\n').problems).toEqual([
      ENV_FILE_TEXTS.twice(3, '.env', 'DATABASE_URL'),
    ]);
  });

  test('that is a folder is refused', () => {
    mkdirSync(join(folder, 'odd'));
    expect(readEnvFile(join(folder, 'odd')).problems).toEqual([
      expect.stringMatching(/cannot be read \(EISDIR/),
    ]);
  });

  test('need not be there', () => {
    expect(readEnvFile(join(folder, 'none'))).toEqual({ values: {}, problems: [] });
  });
});
