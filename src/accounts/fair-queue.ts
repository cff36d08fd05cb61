import { SECOND } from '../shared/clock.ts';
import { networksAround } from '../shared/networks.ts';
import { createTarpit, type Tarpit } from './tarpit.ts';

/** For whom an attempt is looked at or a password hashed. */
export interface Requester {
  network: string;
  /** Whose password it is: the account, or what was typed where there is none. */
  account: string;
  /** Whether the account knows who asks, as a browser that logged in to it before. */
  known: boolean;
}

/** Too many wait. The page that comes of it says so and when to try again. */
export class QueueFull extends Error {
  readonly status = 503;
  /** In milliseconds. */
  readonly retryAfter = 5 * SECOND;
}

/** What is served in turn: who is known and who is not; in there each network, in there each account. */
interface Group {
  running: number;
  waiting: number;
  /** When it joined, or when the last of its own was finished; counted, not timed. */
  since: number;
}

interface Waiting {
  /** The groups that it belongs to, from the widest on. */
  groups: readonly Group[];
  start: () => void;
  refuse: (error: QueueFull) => void;
}

/**
 * Serves work fairly. The next is of the group that has least under way and has waited longest since it was served:
 * known requesters and strangers in turns, among each the networks in turns, and in a network its accounts. So many from one
 * place delay each other, and somebody from another place by no more than what is under way. What the work comes to is
 * not asked: right passwords count as wrong ones do.
 *
 * @param threads how many run at once
 * @param places how many known requesters may wait, and how many strangers; one more, and the newest of those who have most
 *   waiting among them is refused
 * @param tarpit holds the answers to those who are refused
 */
export function createFairQueue(threads: number, places: number, tarpit: Tarpit = createTarpit()) {
  const groups = new Map<string, Group>();
  const waiting: Waiting[] = [];
  const underWay = new Set<Promise<unknown>>();
  let running = 0;
  let count = 0;

  function groupAt(key: string): Group {
    const group = groups.get(key) ?? { running: 0, waiting: 0, since: ++count };
    groups.set(key, group);
    return group;
  }

  function startNext(): void {
    if (running === threads || waiting.length === 0) return;
    const next = waiting.reduce((best, one) => (difference(one, best, inTurn) < 0 ? one : best));
    waiting.splice(waiting.indexOf(next), 1);
    running += 1;
    for (const group of next.groups) {
      group.waiting -= 1;
      group.running += 1;
    }
    next.start();
  }

  /** Refuses the newest of those who have most waiting, among the known or among the strangers. */
  function refuseOne(kind: Group | undefined): void {
    const most = waiting
      .filter(({ groups: [its] }) => its === kind)
      .reduce((worst, one) => (difference(one, worst, byWaiting) >= 0 ? one : worst));
    waiting.splice(waiting.indexOf(most), 1);
    for (const group of most.groups) group.waiting -= 1;
    most.refuse(new QueueFull());
  }

  async function run<Result>(requester: Requester, work: () => Promise<Result>): Promise<Result> {
    const keys = keysOf(requester);
    const mine = keys.map(groupAt);
    for (const group of mine) group.waiting += 1;
    let started = false;
    try {
      await new Promise<void>((start, refuse) => {
        waiting.push({ groups: mine, start, refuse });
        startNext();
        if ((mine[0]?.waiting ?? 0) > places) refuseOne(mine[0]);
      });
      started = true;
      return await work();
    } finally {
      if (started) finish(mine);
      for (const [index, { running: busy, waiting: more }] of mine.entries()) {
        if (busy + more === 0) groups.delete(keys[index] as string);
      }
    }
  }

  function finish(mine: readonly Group[]): void {
    running -= 1;
    for (const group of mine) {
      group.running -= 1;
      group.since = ++count;
    }
    startNext();
  }

  return {
    /**
     * Does a piece of work when its turn has come.
     *
     * @throws QueueFull when it is the newest of those who have most waiting, and too many wait
     */
    async run<Result>(requester: Requester, work: () => Promise<Result>): Promise<Result> {
      const result = run(requester, work);
      underWay.add(result);
      try {
        return await result;
      } catch (error) {
        if (error instanceof QueueFull) await tarpit(requester.network);
        throw error;
      } finally {
        underWay.delete(result);
      }
    },
    load: () => ({ running, waiting: waiting.length }),
    /** Waits until nothing runs or waits. */
    async drained(): Promise<void> {
      await Promise.allSettled(underWay);
    },
  };
}

/** Each group's key holds those of the groups around it. */
function keysOf({ network, account, known }: Requester): string[] {
  const path = [known, ...networksAround(network).toReversed(), account];
  return path.map((_, index) => JSON.stringify(path.slice(0, index + 1)));
}

/** Compares two by the widest groups that they do not share; 0 when they share all. */
function difference(one: Waiting, other: Waiting, compare: (a: Group, b: Group) => number): number {
  const level = one.groups.findIndex((group, index) => group !== other.groups[index]);
  const [a, b] = [one.groups[level], other.groups[level]];
  return a && b ? compare(a, b) : 0;
}

function inTurn(one: Group, other: Group): number {
  return one.running - other.running || one.since - other.since;
}

function byWaiting(one: Group, other: Group): number {
  return one.waiting - other.waiting || one.since - other.since;
}
