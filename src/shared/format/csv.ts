import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';

/** A line of a CSV file: its cells in the order of the header. */
export type CsvRow = readonly (string | number | null)[];

/** A file whose lines are read while it is sent; or who asks may not have it. */
export type CsvExport =
  | { ok: true; name: string; batches: AsyncIterable<readonly CsvRow[]> }
  | { ok: false; problem: 'not-allowed' };

/** Spreadsheets run cells that begin like a formula: those get an apostrophe in front (OWASP, CSV injection). */
const OPTIONS = { escape_formulas: true, record_delimiter: 'windows' } as const;

/** Gives a whole CSV file (RFC 4180) as text, with the mark by which spreadsheets know that it is UTF-8. */
export function csvText(header: CsvRow, rows: readonly CsvRow[]): string {
  return stringify([header, ...rows], { ...OPTIONS, bom: true });
}

/**
 * Sends a CSV file as a download, while it is read: one batch is in memory at a time, and the next one is asked for
 * when the browser has taken the last. When the browser goes away the reading ends.
 *
 * @throws what reading the batches throws. Before the first batch is there, that can still become an error page;
 *   later the download breaks off, so that nobody takes a part for the whole
 */
export async function sendCsv(
  res: Response,
  fileName: string,
  header: CsvRow,
  batches: AsyncIterable<readonly CsvRow[]>,
): Promise<void> {
  const chunks = chunksOf(header, batches);
  const first = await chunks.next();
  res.attachment(fileName).set('Cache-Control', 'no-store');
  try {
    await pipeline(Readable.from(startingWith(first.value ?? '', chunks)), res);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function* chunksOf(header: CsvRow, batches: AsyncIterable<readonly CsvRow[]>) {
  let begun = false;
  for await (const rows of batches) {
    yield begun ? stringify([...rows], OPTIONS) : csvText(header, rows);
    begun = true;
    // Others are served in between: where a driver never waits (SQLite), nothing else would let them.
    await nextTurn();
  }
  if (!begun) yield csvText(header, []);
}

async function* startingWith(first: string, rest: AsyncIterable<string>) {
  yield first;
  yield* rest;
}

/** Whether the browser went away: nothing is wrong then. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
