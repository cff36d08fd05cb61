import { insertUser } from '../accounts/users.table.ts';
import type { Context } from '../context.ts';
import type { Role } from '../permissions.ts';
import type { TestApp } from './app.ts';
import type { Visitor } from './visitor.ts';

/** A password that breaks no rule, whoever's it is. */
export const PASSWORD = 'Lantern-over-7-gates!';

/** Adds a person to the store, as if registered before and with a confirmed address. */
export async function addPerson(
  context: Pick<Context, 'db' | 'hasher' | 'clock'>,
  username: string,
  role: Role = 'user',
): Promise<number> {
  const id = await insertUser(context.db, {
    username,
    email: `${username}@example.org`,
    passwordHash: await context.hasher.hash(PASSWORD),
    role,
    createdAt: context.clock(),
    approvedAt: context.clock(),
  });
  if (id === undefined) throw new Error(`There is a ${username} already.`);
  await context.db('users').where({ id }).update({ email_verified_at: context.clock() });
  return id;
}

/** Adds a person and logs in as them. */
export async function signIn(app: TestApp, username: string, role?: Role): Promise<Visitor> {
  await addPerson(app.context, username, role);
  const visitor = app.visitor();
  await visitor.follow(await visitor.logIn(username, PASSWORD));
  return visitor;
}

/** Makes of somebody's address one that was never confirmed. */
export async function unconfirm({ db }: Pick<Context, 'db'>, username: string): Promise<void> {
  await db('users').where({ username }).update({ email_verified_at: null });
}
