import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import compression from 'compression';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeHttpServer, createHttpServer } from '../../server/http-server.ts';
import { type CsvRow, csvText, sendCsv } from './csv.ts';

type Batches = () => AsyncIterable<CsvRow[]>;

const app = express();
const server = createHttpServer(app);
let url: string;
let batches: Batches;
let fault: unknown;
beforeAll(async () => {
  app.use(compression());
  app.get('/', (_req, res) => sendCsv(res, 'people.csv', ['name', 'age'], batches()));
  const onFault: ErrorRequestHandler = (error, _req, res, _next) => {
    fault = error;
    if (!res.headersSent) res.status(500).send('an error page');
  };
  app.use(onFault);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => closeHttpServer(server));
beforeEach(() => {
  fault = undefined;
});

describe('a CSV file', () => {
  test('is UTF-8 with its mark, has CRLF at each line end and quotes where they must be', () => {
    expect(csvText(['name', 'age'], [['Zoë "Z", of Graz', 7] as const, [null, 0] as const])).toBe(
      '\uFEFFname,age\r\n"Zoë ""Z"", of Graz",7\r\n,0\r\n',
    );
  });

  test.each(['=1+1', '+1@example.org', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    'makes no formula of %j (CSV injection)',
    (cell) => {
      expect(csvText(['cell'], [[cell]])).toContain(`'${cell}`);
    },
  );

  test('leaves negative numbers numbers', () => {
    expect(csvText(['minus'], [[-5]])).toBe('\uFEFFminus\r\n-5\r\n');
  });
});

describe('a download', () => {
  test('is one file of all batches, not kept by anybody', async () => {
    batches = async function* () {
      yield [['alice', 31]];
      yield [];
      yield [['bob', 32] as const, ['+carol', 33] as const];
    };
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=people.csv');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.toString()).toBe("\uFEFFname,age\r\nalice,31\r\nbob,32\r\n'+carol,33\r\n");
  });

  test('lets others be served between two batches, also where reading never waits', async () => {
    let turns = 0;
    let counting = true;
    const count = () => {
      turns += 1;
      if (counting) setImmediate(count);
    };
    const turnsAt: number[] = [];
    batches = async function* () {
      setImmediate(count);
      for (let batch = 0; batch < 5; batch += 1) {
        turnsAt.push(turns);
        yield [['alice', 31]];
      }
    };
    await (await fetch(url)).text();
    counting = false;
    expect(new Set(turnsAt).size).toBe(5);
  });

  test('of nothing has its header', async () => {
    batches = async function* () {};
    expect(await (await fetch(url)).text()).toBe('name,age\r\n');
  });

  test('that fails before it begins is an error page, not a file', async () => {
    // biome-ignore lint/correctness/useYield: it fails before
    batches = async function* () {
      throw new Error('no database');
    };
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(response.headers.get('content-disposition')).toBeNull();
    expect(await response.text()).toBe('an error page');
  });

  test('that fails midway breaks off: nobody takes a part for the whole', async () => {
    batches = async function* () {
      yield [['alice', 31]];
      throw new Error('the database went away');
    };
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
    expect(fault).toMatchObject({ message: 'the database went away' });
  });

  /** More than all buffers between two programs hold. */
  const LARGE_BATCH: CsvRow[] = Array.from({ length: 1_000 }, () => ['x'.repeat(1_000), 1]);
  const MANY = 500;

  test('waits for a slow browser, and ends when that goes away', async () => {
    let read = 0;
    let ended = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    batches = async function* () {
      try {
        for (; read < MANY; read += 1) yield LARGE_BATCH;
      } finally {
        ended();
      }
    };
    const leaving = new AbortController();
    const headers = { 'accept-encoding': 'identity' };
    await fetch(url, { headers, signal: leaving.signal });
    for (let turns = 0; turns < 10 * MANY; turns += 1) await turn();
    expect(read).toBeLessThan(MANY / 2);
    leaving.abort();
    await end;
    expect(read).toBeLessThan(MANY / 2);
    expect(fault).toBeUndefined();
  });
});
