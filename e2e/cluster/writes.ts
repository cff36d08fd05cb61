import { paths } from '../../src/paths.ts';
import { addPerson, PASSWORD } from '../../src/testing/people.ts';
import type { Answer } from '../../src/testing/visitor.ts';
import type { Cluster } from './stores.ts';

const NEW_PASSWORD = 'Another-lantern-at-9!';

/**
 * Makes the members and staff of a store, and gives what sends sixty writes at once, spread over all processes: 24
 * registrations (`new-…`), 12 changes of passwords and 12 logins (`member-…`), 9 tasks and 3 changes of settings. The
 * store has an admin ana.
 */
export async function prepareWrites(cluster: Cluster): Promise<() => Promise<Answer[]>> {
  const { stores, storeAt } = cluster;
  const context = cluster.contextAt(0);
  const members = Array.from({ length: 24 }, (_, index) => `member-${index}`);
  await addPerson(context, 'mod-mina', 'moderator');
  for (const name of members) await addPerson(context, name);
  const signIn = async (name: string, index: number) => {
    const visitor = storeAt(index).visitor();
    await visitor.follow(await visitor.logIn(name, PASSWORD));
    return visitor;
  };
  const minas = await Promise.all(stores.map((_, index) => signIn('mod-mina', index)));
  const anas = await Promise.all(stores.map((_, index) => signIn('ana', index)));
  const changing = await Promise.all(members.slice(0, 12).map(signIn));

  const change = {
    current_password: PASSWORD,
    password: NEW_PASSWORD,
    password_confirmation: NEW_PASSWORD,
  };
  return () =>
    Promise.all([
      ...members.map((_, index) => storeAt(index).visitor().register(`new-${index}`, PASSWORD)),
      ...changing.map((visitor) => visitor.submit(paths.password(), change)),
      ...members.slice(12).map((name, index) => storeAt(index).visitor().logIn(name, PASSWORD)),
      ...[...minas, ...minas, ...minas].map((mina, index) =>
        // Each form in a window of its own.
        mina.at(storeAt(index)).submit(paths.newTask(), { title: `Task ${index}` }),
      ),
      ...anas.map((ana, index) => ana.submit(paths.settings(), { door_text: `Open from ${index}` })),
    ]);
}
