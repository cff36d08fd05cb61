#!/usr/bin/env node
// What `npx gatehouse` and `npm run gatehouse --` start: builds the program where that is needed, then runs it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUILT, buildIfStale } from './build.mjs';

try {
  buildIfStale();
} catch (error) {
  const { message, stdout = '' } = /** @type {Error & { stdout?: Buffer }} */ (error);
  process.stderr.write(`gatehouse: The program could not be built: ${message}\n${stdout}`);
  process.exit(1);
}
await import(pathToFileURL(join(BUILT, 'cli', 'gatehouse.js')).href);
