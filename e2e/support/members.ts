import { createPasswordHasher } from '../../src/accounts/password-hasher.ts';
import type { Role } from '../../src/accounts/roles.ts';
import { connect } from '../../src/database/connection.ts';
import { addPerson, PASSWORD } from '../../src/testing/people.ts';
import type { Store } from './server.ts';

/** The people that tests speak of, and what each may do. */
const PEOPLE = {
  alice: 'user',
  bob: 'user',
  carol: 'user',
  'mod-mina': 'moderator',
  'admin-ana': 'admin',
} satisfies Record<string, Role>;

export type PersonName = keyof typeof PEOPLE;

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
  /** Gives the person, whose account is made at the first call. */
  get: (name: PersonName) => Promise<Person>;
  close: () => Promise<void>;
}

const LEAST_COST = 4;

/** @param store the running store whose members they become */
export async function openMembers(store: Store): Promise<Members> {
  const db = connect(store.database, (message) => {
    throw new Error(message);
  });
  const hasher = await createPasswordHasher(LEAST_COST, { threads: 1 });
  const made = new Map<PersonName, Promise<number>>();
  return {
    async get(name) {
      const id = made.get(name) ?? addPerson({ db, hasher, clock: Date.now }, name, PEOPLE[name]);
      made.set(name, id);
      await id;
      return person(name);
    },
    async close() {
      await hasher.close();
      await db.destroy();
    },
  };
}
