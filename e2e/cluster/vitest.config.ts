import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm run test:cluster`: the built store on three nodes of a Galera cluster. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['e2e/cluster/*.test.ts'],
    reporters: ['verbose'],
    // Each test goes on from the ones before.
    bail: 1,
    testTimeout: 60_000,
  },
});
