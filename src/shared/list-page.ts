/** A place in a list, next to a row. */
export interface Beside {
  direction: 'after' | 'before';
}

/**
 * Reads one page of a list, with the rows next to which its neighbours are. A place that leads nowhere gives the first
 * page; so does one with less than a page before it: rows that were added meanwhile must not leave the first page short.
 *
 * @param read gives at most so many rows next to a place or, without one, the first; in the order of the list
 */
export async function readListPage<Row, Place extends Beside>(
  size: number,
  place: Place | undefined,
  read: (limit: number, place?: Place) => Promise<Row[]>,
): Promise<{ rows: Row[]; previous: Row | undefined; next: Row | undefined }> {
  const found = await read(size + 1, place);
  const backwards = place?.direction === 'before';
  if (place && found.length < (backwards ? size : 1)) return readListPage(size, undefined, read);
  const rows = backwards ? found.slice(-size) : found.slice(0, size);
  const more = found.length > size;
  return {
    rows,
    previous: place && (!backwards || more) ? rows[0] : undefined,
    next: backwards || more ? rows.at(-1) : undefined,
  };
}
