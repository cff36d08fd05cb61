import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeArchive } from './archive.ts';
import { writeWholeFile } from './whole-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-whole-'));
  file = join(folder, 'store.tar.gz');
});
afterEach(() => rmSync(folder, { recursive: true }));

const failure = (code: string, syscall: string) => Object.assign(new Error(code), { code, syscall });

test('a file is there only when it is whole, for its owner alone', async () => {
  await writeWholeFile(file, async (target) => {
    const parts = readdirSync(folder);
    expect(parts).toEqual([expect.stringMatching(/^store\.tar\.gz\.part-[0-9a-f]{8}$/)]);
    expect(statSync(join(folder, `${parts[0]}`)).mode & 0o777).toBe(0o600);
    await pipeline(Readable.from([Buffer.from('one '), Buffer.from('two')]), target);
  });
  expect(readdirSync(folder)).toEqual(['store.tar.gz']);
  expect(readFileSync(file, 'utf8')).toBe('one two');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('one that is there already stays as it is, also when it came meanwhile', async () => {
  writeFileSync(file, 'precious');
  const work = () => Promise.reject(new Error('it was written to'));
  await expect(writeWholeFile(file, work)).rejects.toMatchObject({ code: 'exists' });
  rmSync(file);
  const late = writeWholeFile(file, async () => writeFileSync(file, 'precious'));
  await expect(late).rejects.toMatchObject({ code: 'exists' });
  expect(readFileSync(file, 'utf8')).toBe('precious');
  expect(readdirSync(folder)).toEqual(['store.tar.gz']);
});

test.each([
  ['ENOSPC', 'write', 'disk-full', /full.*make room/i],
  ['EDQUOT', 'write', 'disk-full', /full/],
  ['EIO', 'write', 'file', /cannot be written \(EIO/],
  ['EROFS', 'open', 'file', /cannot be written \(EROFS/],
])('%s while it is written leaves nothing, and is said plainly', async (code, syscall, told, message) => {
  const work = () => Promise.reject(failure(code, syscall));
  await expect(writeWholeFile(file, work)).rejects.toMatchObject({
    code: told,
    message: expect.stringMatching(message),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that is not there, or is none, is named', async () => {
  const lost = join(folder, 'missing', 'store.tar.gz');
  await expect(writeWholeFile(lost, async () => undefined)).rejects.toMatchObject({ code: 'folder' });
  writeFileSync(file, '');
  const below = join(file, 'store.tar.gz');
  await expect(writeWholeFile(below, async () => undefined)).rejects.toMatchObject({ code: 'file' });
});

test('what a database says is not taken for the disk', async () => {
  const gone = failure('ECONNRESET', 'read');
  await expect(writeWholeFile(file, () => Promise.reject(gone))).rejects.toBe(gone);
  mkdirSync(join(folder, 'still-works'));
});

test('an archive whose disk gets full ends whoever waits for it', async () => {
  const target = new (await import('node:stream')).Writable({
    write: (_part, _encoding, done) => done(failure('ENOSPC', 'write')),
  });
  const archive = writeArchive(target);
  const writing = (async () => {
    for (let number = 0; number < 1_000; number += 1)
      await archive.add(`${number}`, Buffer.alloc(100_000, number));
    await archive.end();
  })();
  await expect(writing).rejects.toMatchObject({ code: 'ENOSPC' });
  await archive.abandon();
});

test('an archive that is broken off from outside ends as well', async () => {
  const end = new AbortController();
  const archive = writeArchive((await import('node:fs')).createWriteStream(file), end.signal);
  await archive.add('one', Buffer.from('1'));
  end.abort();
  await expect(archive.end()).rejects.toMatchObject({ name: 'AbortError' });
});
