import type { Database } from '../database/connection.ts';
import { prepare } from '../database/prepared.ts';

/** From where a guest came, narrow to wide: an IPv4 address thrice; of IPv6 its /64, /56 and /48. */
export type GuestNetworks = readonly [network: string, middle: string, wide: string];

/** The columns of `sessions` that hold them; null for members. */
const COLUMNS = ['network', 'middle_network', 'wide_network'] as const;

/** How a row of `sessions` says from where its guest came. */
export function networkColumns(networks: GuestNetworks): Record<string, string> {
  return Object.fromEntries(COLUMNS.map((column, index) => [column, networks[index] as string]));
}

const countWideRows = prepare<{ wide: string }, { count: number | string }>((db, param) =>
  db('sessions').where('wide_network', param('wide')).count({ count: '*' }),
);

/** How many guests' sessions there are from a wide network; asked for every new guest. The index alone answers. */
export async function countWide(db: Database, wide: string): Promise<number> {
  return Number((await countWideRows(db, { wide }))[0]?.count);
}

/** How many guests' sessions there are from each network. The index alone answers. */
export async function countGuests(
  db: Database,
  [network, middle, wide]: GuestNetworks,
): Promise<[number, number, number]> {
  const counted = await db('sessions')
    .where('wide_network', wide)
    .first({
      narrow: db.raw('sum(case when network = ? then 1 else 0 end)', [network]),
      middle: db.raw('sum(case when middle_network = ? then 1 else 0 end)', [middle]),
      wide: db.raw('count(*)'),
    });
  return [Number(counted.narrow), Number(counted.middle), Number(counted.wide)];
}

/**
 * Ends the oldest sessions of guests from a network.
 *
 * @param width which of the networks: 0 the narrow one, 2 the wide one
 */
export async function deleteOldestGuests(
  db: Database,
  networks: GuestNetworks,
  width: number,
  amount: number,
): Promise<void> {
  const within = Object.fromEntries(
    COLUMNS.slice(width).map((column, index) => [column, networks[width + index]]),
  );
  const oldest = await db('sessions').where(within).orderBy('created_at').limit(amount).pluck('id_hash');
  await db('sessions').whereIn('id_hash', oldest).delete();
}
