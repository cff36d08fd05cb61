import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger } from './log.ts';
import { openLogFile, passLines } from './log-file.ts';
import { StartRefused } from './start-refused.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const today = () => new Date().toLocaleDateString('sv-SE');
const linesOf = (file: string) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');

describe('the log’s file', () => {
  test('has the day and a number in its name, in a folder that is made, for its owner alone', async () => {
    const log = await openLogFile(join(folder, 'a', 'b', 'store.log'));
    const logger = createLogger(false, 'info', log);
    logger.info({ name: 'two\nlines' }, 'first');
    logger.debug('not this');
    await log.close();
    const [name = '', ...others] = readdirSync(join(folder, 'a', 'b'));
    expect([name, others]).toEqual([`store.${today()}.1.log`, []]);
    const file = join('a', 'b', name);
    expect(linesOf(file).map((line) => JSON.parse(line))).toMatchObject([
      { name: 'two\nlines', msg: 'first' },
    ]);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  test('is gone on with by the next start, whatever else lies beside it', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    for (const text of ['one', 'two']) {
      const log = await openLogFile(join(folder, 'store.log'));
      log.write(`${text}\n`);
      await log.close();
    }
    expect(linesOf(`store.${today()}.1.log`)).toEqual(['one', 'two']);
  });

  test('is followed by another when it is full, and the oldest are removed, nothing else', async () => {
    writeFileSync(join(folder, 'other.2020-01-01.1.log'), 'mine');
    writeFileSync(join(folder, 'store.2020-01-01.1.log'), 'old');
    const log = await openLogFile(join(folder, 'store.log'), { size: '1k', count: 3 });
    const last = `store.${today()}.12.log`;
    for (let line = 0; !readdirSync(folder).includes(last); line += 1) {
      log.write(`${String(line).padStart(99, '0')}\n`);
      await sleep(1);
    }
    await log.close();
    const kept = () => readdirSync(folder).filter((name) => name.startsWith('store.'));
    while (kept().length > 4) await sleep(10);
    expect(kept()).toContain(last);
    expect(kept()).not.toContain('store.2020-01-01.1.log');
    expect(readdirSync(folder)).toContain('other.2020-01-01.1.log');
    // No line is torn or out of its order.
    const numbers = kept()
      .sort((a, b) => Number(a.split('.')[2]) - Number(b.split('.')[2]))
      .flatMap((name) => linesOf(name).filter(Boolean).map(Number));
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  // A file to which nothing can be written, where the system has one.
  test.each(['/dev/full'].filter(existsSync))(
    'on a full disk (%s) holds up nobody and is said once',
    async (full) => {
      symlinkSync(full, join(folder, `store.${today()}.1.log`));
      const told: string[] = [];
      const stderr = vi
        .spyOn(process.stderr, 'write')
        .mockImplementation((text) => told.push(String(text)) > 0);
      const log = await openLogFile(join(folder, 'store.log'));
      for (let line = 0; line < 5; line += 1) {
        log.write('one\n');
        await sleep(5);
      }
      while (told.length === 0) await sleep(5);
      await log.close();
      stderr.mockRestore();
      expect(told).toEqual([
        expect.stringMatching(/^The log cannot be written to .*store\.log \(ENOSPC.*\n$/),
      ]);
    },
  );

  test('takes what is written after its end without harm, and ends once', async () => {
    const log = await openLogFile(join(folder, 'store.log'));
    log.write('one\n');
    await Promise.all([log.close(), log.close()]);
    log.write('late\n');
    expect(linesOf(`store.${today()}.1.log`)).toEqual(['one']);
  });

  test.each(['file/store.log', 'folder', 'a:b.log'])('that cannot be is refused: %s', async (name) => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    await expect(openLogFile(join(folder, name))).rejects.toThrow(StartRefused);
  });

  test('whose place is taken by a folder is refused', async () => {
    mkdirSync(join(folder, `store.${today()}.1.log`));
    await expect(openLogFile(join(folder, 'store.log'))).rejects.toThrow(
      /LOG_FILE .*EISDIR.*Give its folder/,
    );
  });
});

test('what other processes print is handed on in whole lines, however it comes', async () => {
  const written: string[] = [];
  const into = { write: (lines: string) => void written.push(lines) };
  const [one, two] = [new PassThrough(), new PassThrough()];
  const passed = [one, two].map((printed) => passLines(printed, into));
  const line = Buffer.from('{"name":"Zoë\u2028☕"}\n');
  for (const byte of line) {
    one.write(Buffer.from([byte]));
    two.write('{"a":1}\n{"b":');
    two.write('2}\n');
    await sleep(0);
  }
  one.write('broken off');
  one.end();
  two.end();
  await Promise.all(passed);
  expect(written.filter((text) => !text.endsWith('\n'))).toEqual([]);
  expect(written.filter((text) => /Zoë|broken/.test(text))).toEqual([line.toString(), 'broken off\n']);
});
