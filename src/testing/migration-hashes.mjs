// JavaScript, not TypeScript: `npm run hash-migrations` runs it as it is.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../migrations');
const LIST = join(FOLDER, 'hashes.json');

/** What migrations were when they landed: their names in the folder, with the SHA-256 of each. */
export function listedHashes() {
  return /** @type {Record<string, string>} */ (JSON.parse(readFileSync(LIST, 'utf8')));
}

/** What they are, with the helper that they import. */
export function hashesFound() {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const hashOf = (/** @type {string} */ file) =>
    createHash('sha256')
      .update(readFileSync(join(FOLDER, file)))
      .digest('hex');
  return Object.fromEntries(files.map((file) => [file, hashOf(file)]));
}

/**
 * Says what is to be done about each file that is not as it was listed.
 *
 * @param {Record<string, string>} listed
 * @param {Record<string, string>} found
 */
export function compareHashes(listed, found) {
  const names = [...new Set([...Object.keys(listed), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    if (listed[name] === found[name]) return [];
    if (!listed[name])
      return [`migrations/${name} is new. When it is ready to land: npm run hash-migrations`];
    const change = found[name] ? 'was changed' : 'is gone';
    return [
      `migrations/${name} ${change} after it landed, when databases had run it. Bring it back as it was (git restore), and change tables by a new migration.`,
    ];
  });
}

// What is listed stays as it is: this adds new files alone.
if (process.argv[1] === import.meta.filename) {
  const hashes = { ...hashesFound(), ...listedHashes() };
  const sorted = Object.fromEntries(Object.entries(hashes).sort());
  writeFileSync(LIST, `${JSON.stringify(sorted, null, 2)}\n`);
}
