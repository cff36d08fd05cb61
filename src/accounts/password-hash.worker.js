// Runs on its own threads: bcryptjs computes in JavaScript and holds its thread for about 0.3 s at cost 12.
// JavaScript, not TypeScript: Node 20 starts a worker from a file as it stands, in tests as in the build.
import { compareSync, hashSync } from 'bcryptjs';

/**
 * @param {{ digest: string, cost: number }} task
 * @returns {string}
 */
export function hash({ digest, cost }) {
  return hashSync(digest, cost);
}

/**
 * @param {{ digest: string, bcrypt: string }} task
 * @returns {boolean}
 */
export function compare({ digest, bcrypt }) {
  return compareSync(digest, bcrypt);
}
