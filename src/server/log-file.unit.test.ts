import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { StartRefused } from '../shared/start-error.ts';
import { openLogFile } from './log-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-log-'));
  file = join(folder, 'store.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

/** Takes what is printed on standard error meanwhile. */
function errorsDuring(work: () => void): string[] {
  const told: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  try {
    work();
  } finally {
    stderr.mockRestore();
  }
  return told;
}

test('the log’s file is made in a folder that is made, for its owner alone, and has a line as soon as it is logged', () => {
  const path = join(folder, 'a', 'b', 'store.log');
  const logger = createLogger(false, 'info', openLogFile(path).stream);
  logger.info({ name: 'two\nlines' }, 'first');
  logger.debug('not this');
  expect(linesOf(path).map((line) => JSON.parse(line))).toMatchObject([{ name: 'two\nlines', msg: 'first' }]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the next start goes on with it, and so do several at once', () => {
  const [one, two] = [openLogFile(file), openLogFile(file)];
  const lines = Array.from({ length: 20 }, (_, index) => `${index} ${'x'.repeat(index * 2_000)}`);
  for (const line of lines) for (const { stream } of [one, two]) stream.write(`${line}\n`);
  openLogFile(file).stream.write('three\n');
  expect(linesOf(file)).toEqual([...lines.flatMap((line) => [line, line]), 'three']);
});

test('when it was renamed it is begun anew once it is opened again, and not before', () => {
  const log = openLogFile(file);
  log.stream.write('one\n');
  renameSync(file, join(folder, 'store.log.1'));
  log.stream.write('two\n');
  log.reopen();
  log.stream.write('three\n');
  expect(linesOf(join(folder, 'store.log.1'))).toEqual(['one', 'two']);
  expect(linesOf(file)).toEqual(['three']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('when it was copied and cut to nothing it goes on from its beginning', () => {
  const { stream } = openLogFile(file);
  stream.write('one\n');
  truncateSync(file);
  stream.write('two\n');
  expect(readFileSync(file, 'utf8')).toBe('two\n');
});

test('when it cannot be opened again, that is said, and the log goes on where it was', () => {
  const log = openLogFile(file);
  renameSync(file, join(folder, 'store.log.1'));
  mkdirSync(file);
  const told = errorsDuring(() => log.reopen());
  log.stream.write('one\n');
  expect(told).toEqual([expect.stringMatching(/^The log cannot be written to .*store\.log \(EISDIR.*\n$/)]);
  expect(linesOf(join(folder, 'store.log.1'))).toEqual(['one']);
});

test('once it can be opened again, the former file is closed, and nothing else', async () => {
  const log = openLogFile(file);
  await new Promise(setImmediate);
  const closed = vi.spyOn(fs, 'close');
  renameSync(file, join(folder, 'store.log.1'));
  mkdirSync(file);
  errorsDuring(() => log.reopen());
  rmSync(file, { recursive: true });
  log.reopen();
  log.stream.write('one\n');
  await new Promise(setImmediate);
  expect(closed).toHaveBeenCalledOnce();
  closed.mockRestore();
  expect(linesOf(file)).toEqual(['one']);
});

// A file to which nothing can be written, where the system has one.
test.each(['/dev/full'].filter(existsSync))('a full disk (%s) holds up nobody and is said once', (full) => {
  symlinkSync(full, file);
  const { stream } = openLogFile(file);
  const told = errorsDuring(() => {
    for (let line = 0; line < 5; line += 1) stream.write('one\n');
  });
  expect(told).toEqual([expect.stringMatching(/^The log cannot be written to .*store\.log \(ENOSPC.*\n$/)]);
});

test.each(['file/store.log', 'folder'])('one that cannot be is refused: %s', (name) => {
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'folder'));
  expect(() => openLogFile(join(folder, name))).toThrow(StartRefused);
});
