import { defineConfig } from 'vitest/config';

/** `npm run test:copy`: apart from the other tests, because it takes minutes. */
export default defineConfig({
  test: {
    include: ['e2e/copy/six-directions.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    reporters: ['verbose'],
  },
});
