import { defineConfig } from 'vitest/config';

/** `npm run test:move`: apart from the other tests, because it takes minutes. */
export default defineConfig({
  test: {
    include: ['e2e/move/six-directions.ts'],
    setupFiles: 'src/testing/lock-order.ts',
    testTimeout: 600_000,
    hookTimeout: 300_000,
    provide: { databasePrefix: 'gatehouse_move_' },
    reporters: ['verbose'],
  },
});
