import { hash } from 'node:crypto';
import type { Table } from './shape.ts';

/** What a column of a store can hold. Truth is 0 or 1, times are UTC milliseconds. */
export type Value = string | number | null | Buffer;

/** A row: its values in the order of the table's columns. */
export type Row = Value[];

/** Roughly how much memory a row takes, in bytes. */
export function sizeOf(row: Row): number {
  let size = 0;
  for (const value of row) {
    if (typeof value === 'string' || Buffer.isBuffer(value)) size += value.length;
    else size += 8;
  }
  return size;
}

/** Writes a row as one line of JSON, the same whichever database it came from. Bytes are base64. */
export function encodeRow(row: Row): string {
  return JSON.stringify(row.map((value) => (Buffer.isBuffer(value) ? value.toString('base64') : value)));
}

/** Reads what encodeRow wrote. @throws when the line is no row of this table */
export function decodeRow(line: string, { name, columns }: Table): Row {
  const values: unknown = JSON.parse(line);
  if (!Array.isArray(values) || values.length !== columns.length)
    throw new Error(`A row of ${name} must have ${columns.length} values.`);
  return values.map((value, index) => {
    const { kind, name: column } = columns[index] as Table['columns'][number];
    if (value === null) return null;
    if (kind === 'number' && Number.isSafeInteger(value)) return value;
    if (kind === 'text' && typeof value === 'string') return value;
    if (kind === 'bytes' && typeof value === 'string') return Buffer.from(value, 'base64');
    throw new Error(`${column} of ${name} does not hold ${typeof value}.`);
  });
}

/** Names a row by its key: `id 7`. */
export function keyOf({ key, columns }: Table, row: Row): string {
  const keyValue = (name: string): Value => row[columns.findIndex((column) => column.name === name)] ?? null;
  return key.map((name) => `${name} ${JSON.stringify(keyValue(name))}`).join(', ');
}

const LANES = 8;

/**
 * Counts rows and adds up what they hold: the SHA-256 of each line of encodeRow, as eight numbers of 32 bits. So
 * the sum does not depend on the order, in which the three databases do not agree. It finds what went wrong by
 * accident, while they are moved or on a disk; it is no signature.
 */
export class TableDigest {
  rows = 0;
  readonly #lanes = new Uint32Array(LANES);

  add(row: Row): void {
    const bytes = hash('sha256', encodeRow(row), 'buffer');
    for (let lane = 0; lane < LANES; lane += 1) {
      this.#lanes[lane] = (this.#lanes[lane] as number) + bytes.readUInt32BE(lane * 4);
    }
    this.rows += 1;
  }

  /** 64 hexadecimal digits; zeros while there is no row. */
  get sum(): string {
    return Array.from(this.#lanes, (lane) => lane.toString(16).padStart(8, '0')).join('');
  }
}
