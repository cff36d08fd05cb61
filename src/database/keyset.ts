import type { Knex } from 'knex';
import type { Beside } from '../shared/list-page.ts';

/** A column that a list is in order by. The last of a list's columns is unique, so that no two rows stand at one place. */
export interface OrderColumn {
  column: string | Knex.Raw;
  order?: 'asc' | 'desc';
}

/** A place in a list: what the row there has in each of the order's columns, right after it or right before. */
export interface Place {
  values: readonly (string | number)[];
  direction?: Beside['direction'];
}

/**
 * Reads rows next to a place in a list, however far down, or the first ones.
 *
 * @returns them in the order of the list, whichever way they were read
 */
export async function readFrom<Row>(
  query: Knex.QueryBuilder,
  columns: readonly OrderColumn[],
  { place, limit }: { place?: Place | undefined; limit: number },
): Promise<Row[]> {
  const backwards = place?.direction === 'before';
  const directed = columns.map(({ column, order = 'asc' }) => ({
    column,
    order: (order === 'asc') === backwards ? ('desc' as const) : ('asc' as const),
  }));
  if (place) whereBeyond(query, directed, place.values);
  const rows: Row[] = await query.orderBy(directed).limit(limit);
  return backwards ? rows.reverse() : rows;
}

/** Compares the columns one by one: MySQL finds no range of an index for a pair, and each may have its own direction. */
function whereBeyond(
  query: Knex.QueryBuilder,
  [first, ...others]: readonly Required<OrderColumn>[],
  [value, ...further]: Place['values'],
): void {
  if (!first || value === undefined) return;
  const beyond = first.order === 'asc' ? '>' : '<';
  const compare = (part: Knex.QueryBuilder, operator: string) =>
    part.whereRaw(`?? ${operator} ?`, [first.column, value] as Knex.RawBinding[]);
  if (others.length === 0) {
    compare(query, beyond);
    return;
  }
  // The first part is for the index.
  compare(query, `${beyond}=`).where((either) =>
    compare(either, beyond).orWhere((equal) => whereBeyond(equal, others, further)),
  );
}
