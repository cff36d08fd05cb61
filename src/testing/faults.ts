import { expect } from 'vitest';
import { paths } from '../paths.ts';
import type { TestApp } from './app.ts';

/** Sees that the store goes on, whatever was sent, and that nothing since the last look was a fault of ours. */
export async function expectNoFault(app: TestApp): Promise<void> {
  expect((await app.visitor().get(paths.ready())).status).toBe(200);
  const faults = app.log.splice(0).filter((line) => JSON.parse(line).status >= 500);
  expect(faults).toEqual([]);
}
