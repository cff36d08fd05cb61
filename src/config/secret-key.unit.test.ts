import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUILT, buildIfStale } from '../cli/build.mjs';
import { deriveKey } from '../shared/crypto/encryption.ts';
import { findSecret, loadSecret } from './secret-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (dataDir = folder) => ({ secretKey: undefined, dataDir });
const keyFile = () => join(folder, 'secret.key');

describe('the store’s secret', () => {
  test('is SECRET_KEY where it is set, and then nothing is written', () => {
    expect(loadSecret({ secretKey: 'x'.repeat(32), dataDir: folder })).toBe('x'.repeat(32));
    expect(() => statSync(keyFile())).toThrow('ENOENT');
  });

  test('is otherwise made of 32 random bytes, readable by its owner alone', () => {
    const secret = loadSecret(config());
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(readFileSync(keyFile(), 'utf8')).toBe(secret);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  test('stays the same at every start, and differs between two stores', () => {
    const secret = loadSecret(config());
    expect(loadSecret(config())).toBe(secret);
    expect(loadSecret(config(join(folder, 'other')))).not.toBe(secret);
  });

  test('is only looked for by who must not make one', () => {
    expect(findSecret(config())).toBeUndefined();
    expect(() => statSync(keyFile())).toThrow('ENOENT');
    const secret = loadSecret(config());
    expect(findSecret(config())).toBe(secret);
    expect(findSecret({ ...config(), secretKey: 'x'.repeat(32) })).toBe('x'.repeat(32));
  });

  test('makes the data folder where there is none yet', () => {
    expect(loadSecret(config(join(folder, 'a', 'b')))).toHaveLength(43);
  });

  test('is never an empty one: a file that a broken start left empty is not a secret', () => {
    writeFileSync(keyFile(), '');
    let secret: string | undefined;
    try {
      secret = loadSecret(config());
    } catch (error) {
      expect((error as Error).message).toContain('secret.key');
      return;
    }
    expect(secret.length).toBeGreaterThanOrEqual(32);
  });

  test('is one and the same for processes that start at the same instant', async () => {
    buildIfStale();
    const program =
      `import { readFileSync } from 'node:fs'; import { loadSecret } from '${pathToFileURL(join(BUILT, 'config/secret-key.js'))}';` +
      "process.stdout.write('ready'); readFileSync(0);" +
      "const load = (n) => loadSecret({ dataDir: process.argv[1] + '/' + n });" +
      'process.stdout.write(JSON.stringify(Array.from({ length: 20 }, (_, n) => load(n))));';
    const processes = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', program, folder]),
    );
    await Promise.all(processes.map(({ stdout }) => once(stdout, 'data')));
    const answers = processes.map(({ stdout }) => once(stdout, 'data'));
    for (const { stdin } of processes) stdin.end();
    const secrets = (await Promise.all(answers)).map(([text]) => JSON.parse(String(text)));
    for (const other of secrets) expect(other).toEqual(secrets[0]);
    expect(secrets[0].filter((secret: string) => secret.length < 32)).toEqual([]);
  });

  test('a file that cannot be read is told, not replaced', () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'not a folder');
    chmodSync(folder, 0o600);
    expect(() => loadSecret(config())).toThrow(/EEXIST|ENOTDIR/);
  });
});

describe('a derived key', () => {
  const secret = 'x'.repeat(32);

  test('is 32 bytes, the same for the same secret, and never the secret itself', () => {
    const key = deriveKey(secret, 'session-cookie');
    expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    expect(deriveKey(secret, 'session-cookie')).toBe(key);
    expect(key).not.toContain(secret);
  });

  test('differs between two secrets', () => {
    expect(deriveKey('y'.repeat(32), 'session-cookie')).not.toBe(deriveKey(secret, 'session-cookie'));
  });
});
