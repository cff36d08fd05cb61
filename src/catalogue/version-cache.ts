import type { Database } from '../database/connection.ts';
import { readVersion } from './products.table.ts';

/**
 * Remembers what was made of the catalogue while it has the same version. The version itself is asked each time, so that
 * a change counts at the next request on every process.
 *
 * @param most how many things are remembered at most
 * @returns gives what is remembered by a key, or makes it; what turns out undefined is not remembered
 */
export function cacheByVersion<Value>(
  db: Database,
  most: number,
): <Made extends Value | undefined>(key: string, make: () => Promise<Made>) => Promise<Value | Made> {
  let remembered = new Map<string, Value>();
  let rememberedVersion = 0;

  return async (key, make) => {
    // Asked before the products: at worst what is made is newer than the version it is kept under.
    const version = await readVersion(db);
    if (version !== rememberedVersion || remembered.size >= most) remembered = new Map();
    rememberedVersion = version;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const present = remembered;
    const made = await make();
    if (made !== undefined) present.set(key, made);
    return made;
  };
}
