import { disableUser } from '../../src/accounts/disabling.ts';
import { createPasswordHasher } from '../../src/accounts/password-hasher.ts';
import type { Role } from '../../src/accounts/roles.ts';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/database/connection.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { createSealer } from '../../src/sealing.ts';
import { addPerson, PASSWORD } from '../../src/testing/people.ts';
import type { Store } from './server.ts';

/** What the people may do of whom tests speak by name; everybody else is a plain member. */
const ROLES: Record<string, Role> = { 'mod-mina': 'moderator', 'admin-ana': 'admin' };

/** Who logs in, and with what. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Someone with this name, whether a member yet or not. */
export function person(name: string): Person {
  return { name, email: `${name}@example.org`, password: PASSWORD };
}

/** Makes members without the register form, which takes only so many an hour. */
export interface Members {
  /** Gives a member, whose account is made at the first call: alice, bob, mod-mina, admin-ana or anyone. */
  get: (name: string) => Promise<Person>;
  /** Disables a member's account. */
  disable: (name: string) => Promise<void>;
  close: () => Promise<void>;
}

const LEAST_COST = 4;

/** @param store the running store whose members they become */
export async function openMembers(store: Store): Promise<Members> {
  const db = connect(store.database, (message) => {
    throw new Error(message);
  });
  const hasher = await createPasswordHasher(LEAST_COST, { threads: 1 });
  const clock = Date.now;
  const mailer = createMailer({ sealer: createSealer('e2e'), clock });
  const context = { db, hasher, clock, mailer, config: readConfig({ NODE_ENV: 'test' }) };
  const ids = new Map<string, Promise<number>>();

  function idOf(name: string): Promise<number> {
    const id = ids.get(name) ?? addPerson(context, name, ROLES[name]);
    ids.set(name, id);
    return id;
  }

  return {
    async get(name) {
      await idOf(name);
      return person(name);
    },
    async disable(name) {
      await disableUser(context, { kind: 'system' }, await idOf(name));
    },
    async close() {
      await hasher.close();
      await db.destroy();
    },
  };
}
