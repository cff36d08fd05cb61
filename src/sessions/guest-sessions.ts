import type { SessionData } from 'express-session';
import type { Database } from '../database/connection.ts';
import { countGuests, countWide, deleteOldestGuests, type GuestNetworks } from './sessions.table.ts';

/**
 * How many sessions the guests of a network have at once: of an IPv4 address or IPv6 /64, a /56, a /48. Each takes at
 * most 1.1 kB beside what was typed into a form.
 */
export const GUEST_SESSIONS = [1_500, 2_000, 2_500] as const;

/** So many make room at once: the next ones of a full network find it without looking closer. */
const BATCH_SHARE = 0.1;

/** How long the data of a guest's session may be, beside what was typed into a form, before messages are dropped. In bytes. */
export const LONGEST_GUEST_DATA = 800;

/** @param networks narrow to wide, as a client has them */
export function guestNetworks(networks: readonly string[]): GuestNetworks {
  const [network = '', middle = network, wide = middle] = networks;
  return [network, middle, wide];
}

/**
 * Makes room for one more guest: the oldest sessions of guests from the same network end, and of nobody else. Nobody is
 * refused, and who came last can go on. To be called before the session of a guest is added; requests at the same instant
 * may each add one before they see the others.
 */
export async function makeRoomForGuest(db: Database, networks: GuestNetworks): Promise<void> {
  if ((await countWide(db, networks[2])) < GUEST_SESSIONS[0]) return;
  const counts = await countGuests(db, networks);
  const full = counts.findIndex((count, width) => count >= (GUEST_SESSIONS[width] as number));
  if (full < 0) return;
  const limit = GUEST_SESSIONS[full] as number;
  const excess = (counts[full] as number) - limit + Math.ceil(limit * BATCH_SHARE);
  await deleteOldestGuests(db, networks, full, excess);
}

/** Messages that wait for a page are what a guest can make long, and the least that is lost. */
export function keepShort(data: SessionData): void {
  const { draft, interrupted, ...rest } = data;
  if (Buffer.byteLength(JSON.stringify(rest)) <= LONGEST_GUEST_DATA) return;
  delete data.flash;
}
