import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../shared/clock.ts';
import { Refusal } from '../shell/output.ts';
import { keepBackingUp, nameAt, readInterval } from './schedule.ts';

const START = Date.parse('2026-11-20T20:47:12Z');

let folder: string;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-schedule-'));
  now = START;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a schedule until so many were tried; time passes only while it waits. */
async function run(
  times: number,
  {
    every = 6 * HOUR,
    keep = 14,
    make = (file: string): unknown => writeFileSync(file, 'x'),
    asleep = 0,
  } = {},
) {
  const end = new AbortController();
  const told: string[] = [];
  let tried = 0;
  const count = (line: string) => {
    told.push(line);
    tried += 1;
    if (tried === times) end.abort();
  };
  const nameOf = (file: string) => file.slice(folder.length + 1);
  await keepBackingUp(
    { folder, every, keep },
    {
      clock: () => now,
      wait: async (milliseconds) => {
        now += milliseconds + asleep;
      },
      make: async (file) => {
        await make(file);
      },
      made: (file, removed) => count([nameOf(file), ...removed].join(' -')),
      failed: (file, error) => count(`${nameOf(file)}: ${(error as Error).message}`),
      notRemoved: (error) => told.push((error as Error).message),
      signal: end.signal,
    },
  );
  return told;
}

test.each([
  ['1m', MINUTE],
  ['30m', 30 * MINUTE],
  ['6h', 6 * HOUR],
  ['1d', DAY],
  ['365d', 365 * DAY],
])('%s is an interval', (text, interval) => expect(readInterval(text)).toBe(interval));

test.each([
  '',
  '6',
  'h',
  '0h',
  '-1h',
  '1.5h',
  '6 h',
  '6H',
  '06h',
  '10s',
  '1w',
  '366d',
  '999999d',
  '1e3m',
  '６h',
])('"%s" is none', (text) => expect(readInterval(text)).toBeUndefined());

test('the first is made at once, the next ones at multiples of the interval in UTC', async () => {
  expect(await run(4)).toEqual([
    'gatehouse-2026-11-20T2047Z.tar.gz',
    'gatehouse-2026-11-21T0000Z.tar.gz',
    'gatehouse-2026-11-21T0600Z.tar.gz',
    'gatehouse-2026-11-21T1200Z.tar.gz',
  ]);
  now = START;
  expect((await run(3, { every: DAY })).at(-1)).toBe('gatehouse-2026-11-22T0000Z.tar.gz');
});

test('one that took longer than the interval is followed by the next multiple, not by two at once', async () => {
  const make = () => {
    now += 7 * HOUR;
  };
  expect(await run(2, { make })).toEqual([
    'gatehouse-2026-11-20T2047Z.tar.gz',
    'gatehouse-2026-11-21T0600Z.tar.gz',
  ]);
});

describe('a clock', () => {
  test('that is set back delays the next one by an interval at most', async () => {
    let set = false;
    const told: string[] = [];
    const end = new AbortController();
    await keepBackingUp(
      { folder, every: HOUR, keep: 9 },
      {
        clock: () => now,
        wait: async (milliseconds) => {
          now = set ? now + milliseconds : START - 10 * DAY;
          set = true;
        },
        make: async () => undefined,
        made: (file) => {
          told.push(file);
          if (told.length === 2) end.abort();
        },
        failed: () => undefined,
        notRemoved: () => undefined,
        signal: end.signal,
      },
    );
    expect(now).toBeLessThanOrEqual(START - 10 * DAY + 2 * HOUR);
  });

  test('that jumps on, as after a sleep of the machine, makes one backup and not all that were missed', async () => {
    const told = await run(2, { asleep: 3 * DAY });
    expect(told).toHaveLength(2);
    expect(told[1]).toMatch(/^gatehouse-2026-11-23T/);
  });

  test('that was ahead leaves files of the future, which never cost the one just made', async () => {
    for (const hour of [1, 2, 3]) writeFileSync(join(folder, nameAt(START + hour * 1_000 * DAY)), 'x');
    await run(1, { keep: 2 });
    expect(readdirSync(folder)).toContain(nameAt(START));
  });
});

describe('of the files in the folder', () => {
  test('the newest are kept, and nothing else is touched', async () => {
    const old = ['2025-01-01T0000Z', '2026-11-19T0000Z', '2026-11-20T0600Z'].map(
      (time) => `gatehouse-${time}.tar.gz`,
    );
    const others = [
      'gatehouse-2020-01-01T0000Z.tar.gz.gpg',
      'gatehouse-2020-01-01.tar.gz',
      'my-gatehouse-2020-01-01T0000Z.tar.gz',
      'letter.txt',
      'before-restore-2020-01-01T000000.000Z.tar.gz',
    ];
    for (const name of [...old, ...others]) writeFileSync(join(folder, name), 'x');
    mkdirSync(join(folder, 'gatehouse-2019-01-01T0000Z.tar.gz'));
    symlinkSync('letter.txt', join(folder, 'gatehouse-2018-01-01T0000Z.tar.gz'));
    const made = nameAt(START);
    expect(await run(1, { keep: 2 })).toEqual([`${made} -${old[0]} -${old[1]}`]);
    expect(readdirSync(folder).sort()).toEqual(
      [
        made,
        old[2],
        ...others,
        'gatehouse-2019-01-01T0000Z.tar.gz',
        'gatehouse-2018-01-01T0000Z.tar.gz',
      ].sort(),
    );
  });

  test('none is removed by a backup that failed, and the next one is tried in time', async () => {
    const old = nameAt(START - DAY);
    writeFileSync(join(folder, old), 'x');
    let fails = true;
    const make = (file: string) => {
      if (fails) {
        fails = false;
        throw new Refusal('disk-full', 'The disk is full.');
      }
      expect(readdirSync(folder)).toEqual([old]);
      writeFileSync(file, 'x');
    };
    expect(await run(2, { keep: 1, make })).toEqual([
      'gatehouse-2026-11-20T2047Z.tar.gz: The disk is full.',
      `gatehouse-2026-11-21T0000Z.tar.gz -${old}`,
    ]);
  });

  test('those that cannot be removed are told, and the schedule goes on', async () => {
    const make = (file: string) => {
      mkdirSync(folder, { recursive: true });
      if (file.includes('2047')) rmSync(folder, { recursive: true });
      else writeFileSync(file, 'x');
    };
    expect(await run(2, { make })).toEqual([
      expect.stringContaining('ENOENT'),
      'gatehouse-2026-11-20T2047Z.tar.gz',
      'gatehouse-2026-11-21T0000Z.tar.gz',
    ]);
  });

  test('what a killed process left behind goes after a day, and what is being written stays', async () => {
    const [left, live, foreign] = [
      `${nameAt(START)}.part-0a1b2c3d`,
      `${nameAt(START)}.part-ffffffff`,
      'x.part-00000000',
    ];
    for (const name of [left, live, foreign]) writeFileSync(join(folder, name), 'x');
    for (const name of [left, foreign])
      utimesSync(join(folder, name), START / 1_000, (START - 2 * DAY) / 1_000);
    utimesSync(join(folder, live), START / 1_000, START / 1_000);
    await run(1);
    expect(readdirSync(folder).sort()).toEqual([nameAt(START), live, foreign].sort());
  });

  test('two schedules make one each time between them, and remove each old one once', async () => {
    for (const day of [1, 2, 3]) writeFileSync(join(folder, nameAt(START - day * DAY)), 'x');
    const make = (file: string) => {
      try {
        writeFileSync(file, 'x', { flag: 'wx' });
      } catch {
        throw new Refusal('exists', 'It is there already.');
      }
    };
    const both = await Promise.all([run(1, { keep: 2, make }), run(1, { keep: 2, make })]);
    expect(both.flat().filter((line) => line.includes('already'))).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual([nameAt(START - DAY), nameAt(START)]);
  });
});

test('a backup that is broken off by the end of the schedule is no failure', async () => {
  const end = new AbortController();
  const told: unknown[] = [];
  await keepBackingUp(
    { folder, every: HOUR, keep: 1 },
    {
      clock: () => now,
      wait: () => Promise.reject(new Error('it waited')),
      make: async () => {
        end.abort();
        throw new Refusal('interrupted', 'Broken off.');
      },
      made: (file) => told.push(file),
      failed: (_file, error) => told.push(error),
      notRemoved: (error) => told.push(error),
      signal: end.signal,
    },
  );
  expect(told).toEqual([]);
});
