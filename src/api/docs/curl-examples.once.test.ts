import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { PROJECT_FOLDER } from '../../shared/folders.ts';
import type { TestApp } from '../../testing/app.ts';
import { startDocumentedStore } from '../../testing/documented-store.ts';

const run = promisify(execFile);
const PAGE = readFileSync(join(PROJECT_FOLDER, 'docs/api.md'), 'utf8');
const PERSONAL = 'gatehouse_pat_for-the-documentation';
/** Between the outputs of two commands of the script. */
const MARK = '\u001e';
const ANYTHING = '…';

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startDocumentedStore();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-curl-'));
  const now = app.context.clock();
  await app.context.db('personal_access_tokens').insert({
    user_id: 3,
    token_hash: hashToken(PERSONAL),
    name: 'script',
    scopes: 'products:read',
    created_at: now,
    expires_at: now + 60_000,
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

/** The commands of the page, each with what stands under it, if that is an answer. */
function examplesOf(page: string) {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind, text = '']) => ({
    kind,
    text,
  }));
  return blocks.flatMap(({ kind, text }, index) => {
    const next = blocks[index + 1];
    return kind === 'sh' ? [{ command: text, answer: next?.kind === 'sh' ? undefined : next }] : [];
  });
}

/** What is expected, where what is another each time may be anything. */
function pattern(expected: unknown): unknown {
  if (typeof expected === 'string') {
    if (!expected.includes(ANYTHING)) return expected;
    const parts = expected.split(ANYTHING).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return expect.stringMatching(new RegExp(`^${parts.join('.*')}$`));
  }
  if (Array.isArray(expected)) return expected.map(pattern);
  if (typeof expected !== 'object' || expected === null) return expected;
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, pattern(value)]));
}

/** An answer with its status line, headers by their names, and body. */
function read(answer: string) {
  const [head = '', ...rest] = answer.split('\n\n');
  const body = rest.join('\n\n');
  const [status, ...lines] = head.trim().split('\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { status, headers: Object.fromEntries(headers), body: body.trim() === '' ? null : JSON.parse(body) };
}

test('every command of docs/api.md does what it says there', async () => {
  const version = await run('curl', ['--version']).catch(() => undefined);
  expect(
    version,
    'This test runs the examples of docs/api.md with curl, and there is none here.',
  ).toBeDefined();

  const examples = examplesOf(PAGE);
  expect(examples.length).toBeGreaterThan(10);
  const script = examples.map(({ command }) => `${command}\nprintf '${MARK}'\n`).join('');
  const real = script
    .replace('http://localhost:3000', app.url)
    .replace('PERSONAL=gatehouse_pat_…', `PERSONAL=${PERSONAL}`);
  const { stdout } = await run('sh', ['-eu', '-c', real], { cwd: folder });
  const outputs = stdout.replaceAll('\r', '').split(MARK);

  for (const [index, { command, answer }] of examples.entries()) {
    const output = outputs[index] ?? '';
    if (answer === undefined) expect(output, command).toBe('');
    else if (answer.kind === 'text') expect(output, command).toEqual(pattern(answer.text));
    else {
      const expected = read(answer.text);
      const { status, headers, body } = read(output);
      expect({ status, body }, command).toEqual({ status: expected.status, body: pattern(expected.body) });
      expect(headers, command).toMatchObject(pattern(expected.headers) as object);
    }
  }
});
