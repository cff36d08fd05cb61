import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { verifyChain } from '../../src/audit/audit-chain.ts';
import { paths } from '../../src/paths.ts';
import { PASSWORD } from '../../src/testing/people.ts';
import { type Cluster, countEach, type Store } from './stores.ts';

export type Load = ReturnType<typeof startLoad>;

let loads = 0;

const GONE = 0;
/** How long who was refused waits before the next try, in milliseconds. */
const BREATH = 50;

/** @returns the status of the answer to the form, or of the page with it where that cannot be shown */
async function registerAt(store: Store, name: string): Promise<number> {
  const visitor = store.visitor();
  try {
    const page = await visitor.get(paths.register());
    return page.status === 200 ? (await visitor.register(name, PASSWORD)).status : page.status;
  } catch {
    return GONE;
  }
}

/** People register at every store, two at a time at each, until it is ended. */
export function startLoad({ stores }: Cluster) {
  loads += 1;
  const prefix = `load-${loads}-`;
  const answers: { store: Store; name: string; status: number }[] = [];
  let ended = false;
  const workers = stores.flatMap((store) =>
    ['a', 'b'].map(async (worker) => {
      for (let round = 0; !ended; round += 1) {
        const name = `${prefix}${store.node.name}-${worker}-${round}`;
        const status = await registerAt(store, name);
        answers.push({ store, name, status });
        // The process is gone, which the test did not ask for: it is over.
        if (status === GONE) return;
        if (status !== 303) await sleep(BREATH);
      }
    }),
  );
  const of = (store: Store) => answers.filter((answer) => answer.store === store);
  return {
    prefix,
    answers,
    statuses: () =>
      Object.fromEntries(
        stores.map((store) => [store.node.name, countEach(of(store).map(({ status }) => status))]),
      ),
    /** Until so many more have registered at a store. */
    async until(store: Store, more: number) {
      const done = () => of(store).filter(({ status }) => status === 303).length;
      const wanted = done() + more;
      await expect.poll(done, { timeout: 40_000 }).toBeGreaterThanOrEqual(wanted);
    },
    async end() {
      ended = true;
      await Promise.all(workers);
    },
  };
}

/** Who was told so is a member, at every node; whoever is one is one once, with one row in the log; and the chain holds. */
export async function expectNothingLost({ stores }: Cluster, { prefix, answers }: Load): Promise<void> {
  const told = answers.filter(({ status }) => status === 303).map(({ name }) => name);
  for (const { db } of stores) {
    const members: string[] = await db('users').where('username', 'like', `${prefix}%`).pluck('username');
    expect(told.filter((name) => !members.includes(name))).toEqual([]);
    const rows: string[] = await db('audit_log')
      .join('users', 'users.id', 'audit_log.subject_id')
      .where('action', 'account.registered')
      .where('username', 'like', `${prefix}%`)
      .pluck('username');
    expect(rows.sort()).toEqual(members.sort());
    expect(await verifyChain(db)).toMatchObject({ ok: true });
  }
}
