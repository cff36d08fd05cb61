import type { Role } from '../permissions.ts';
import { addTask } from '../tasks/tasks.ts';
import { startTestApp, type TestApp } from './app.ts';
import { addPerson } from './people.ts';

const PEOPLE: Record<string, Role> = { ana: 'admin', alice: 'user', 'mod-mina': 'moderator', bob: 'user' };

/**
 * Starts the store in which all examples of the documentation stand: with the demo products, ana, alice, mod-mina and bob
 * in this order, one task, `Count the shelves`, which ana added, and a front end at `https://shop.example`.
 */
export async function startDocumentedStore(
  // No example is about setting up a second factor.
  environment: Record<string, string> = { REQUIRE_2FA: 'none' },
): Promise<TestApp> {
  const app = await startTestApp({ ...environment, ALLOWED_ORIGINS: 'https://shop.example' });
  const { context } = app;
  for (const [name, role] of Object.entries(PEOPLE)) await addPerson(context, name, role);
  await context.db('users').update({ email_verified_at: context.clock() });
  await addTask(context, { id: 1, role: 'admin' }, { title: 'Count the shelves' });
  return app;
}
