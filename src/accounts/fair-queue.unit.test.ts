import { expect, test } from 'vitest';
import { createFairQueue, QueueFull, type Requester } from './fair-queue.ts';

const stranger = (network: string, account = 'someone'): Requester => ({
  network,
  account,
  known: false,
});
const known = (network: string, account = 'someone'): Requester => ({
  ...stranger(network, account),
  known: true,
});

/** A queue whose work ends when the test says so. */
function openQueue({ threads = 1, places = 100 } = {}) {
  const queue = createFairQueue(threads, places);
  /** Who was served, in this order. */
  const served: string[] = [];
  const refused: string[] = [];
  const ends: (() => void)[] = [];
  const outcomes: Promise<void>[] = [];

  function ask(name: string, requester: Requester): void {
    const work = () => {
      served.push(name);
      return new Promise<void>((end) => {
        ends.push(end);
      });
    };
    outcomes.push(
      queue.run(requester, work).catch((error) => {
        if (!(error instanceof QueueFull)) throw error;
        refused.push(name);
      }),
    );
  }
  async function settle(): Promise<void> {
    await new Promise(setImmediate);
  }
  /** Ends what has run longest. */
  async function finishOne(): Promise<void> {
    await settle();
    ends.shift()?.();
    await settle();
  }
  async function finishAll(): Promise<void> {
    await settle();
    while (ends.length > 0) await finishOne();
    await Promise.all(outcomes);
  }
  return { queue, served, refused, ask, settle, finishOne, finishAll };
}

function askManyTimes(
  { ask }: Pick<ReturnType<typeof openQueue>, 'ask'>,
  count: number,
  requester: Requester,
): void {
  for (let number = 1; number <= count; number += 1) ask(`flood ${number}`, requester);
}

test('somebody from another network is next, however many wait from one', async () => {
  const flooded = openQueue();
  askManyTimes(flooded, 48, stranger('198.51.100.9'));
  flooded.ask('alice', stranger('203.0.113.7'));
  await flooded.finishAll();
  expect(flooded.served.slice(0, 3)).toEqual(['flood 1', 'alice', 'flood 2']);
  expect(flooded.served).toHaveLength(49);
});

test('who asks again each time it was served comes no sooner than others', async () => {
  const flooded = openQueue();
  flooded.ask('flood 1', stranger('198.51.100.9'));
  flooded.ask('alice 1', stranger('203.0.113.7'));
  flooded.ask('alice 2', stranger('203.0.113.7'));
  await flooded.finishOne();
  flooded.ask('flood 2', stranger('198.51.100.9'));
  await flooded.finishOne();
  flooded.ask('bob', stranger('192.0.2.1'));
  await flooded.finishAll();
  expect(flooded.served).toEqual(['flood 1', 'alice 1', 'flood 2', 'alice 2', 'bob']);
});

test('networks are served in turn, and the accounts of one as well', async () => {
  const crowd = openQueue();
  for (const [network, account] of [
    ['a', '1'],
    ['a', '1'],
    ['a', '1'],
    ['a', '2'],
    ['b', '1'],
    ['b', '1'],
  ] as const)
    crowd.ask(network + account, stranger(network, account));
  await crowd.finishAll();
  expect(crowd.served).toEqual(['a1', 'b1', 'a2', 'b1', 'a1', 'a1']);
});

test('many /64 networks of one /48 are one network to everybody else', async () => {
  const flooded = openQueue();
  for (let number = 1; number <= 20; number += 1) {
    const narrow = `2001:db8:1:${number.toString(16)}`;
    flooded.ask(narrow, stranger(`${narrow}::/64`, narrow));
  }
  flooded.ask('alice', stranger('203.0.113.7'));
  await flooded.finishAll();
  expect(flooded.served.indexOf('alice')).toBe(1);
});

test('a known browser waits for one stranger at most, from however many networks they come', async () => {
  const flooded = openQueue();
  for (let number = 1; number <= 40; number += 1) flooded.ask('stranger', stranger(`198.51.100.${number}`));
  for (const name of ['alice', 'bob']) flooded.ask(name, known(`home of ${name}`));
  await flooded.finishAll();
  expect(flooded.served.slice(0, 5)).toEqual(['stranger', 'alice', 'stranger', 'bob', 'stranger']);
});

test('known browsers of one member, however many, let a stranger and another member by', async () => {
  const flooded = openQueue();
  askManyTimes(flooded, 48, known('198.51.100.9', 'mallory'));
  flooded.ask('stranger', stranger('203.0.113.7'));
  flooded.ask('alice', known('203.0.113.8', 'alice'));
  await flooded.finishAll();
  expect(flooded.served.slice(0, 4)).toEqual(['flood 1', 'stranger', 'alice', 'flood 2']);
});

test('with several threads one network has them all until another asks, then each as many', async () => {
  const flooded = openQueue({ threads: 3 });
  askManyTimes(flooded, 10, stranger('198.51.100.9'));
  await flooded.settle();
  expect(flooded.queue.load()).toEqual({ running: 3, waiting: 7 });
  flooded.ask('alice', stranger('203.0.113.7'));
  flooded.ask('alice', stranger('203.0.113.7'));
  await flooded.finishAll();
  expect(flooded.served.slice(3, 6)).toEqual(['alice', 'alice', 'flood 4']);
  expect(flooded.queue.load()).toEqual({ running: 0, waiting: 0 });
});

test('when the queue is full the newest of the network with most waiting is refused, never a newcomer', async () => {
  const flooded = openQueue({ places: 5 });
  askManyTimes(flooded, 6, stranger('198.51.100.9'));
  for (const name of ['alice', 'bob']) flooded.ask(name, stranger(`home of ${name}`));
  askManyTimes(flooded, 1, stranger('198.51.100.9'));
  await flooded.finishAll();
  expect(flooded.served).toEqual(['flood 1', 'alice', 'bob', 'flood 2', 'flood 3', 'flood 4']);
  expect(flooded.refused).toEqual(['flood 6', 'flood 5', 'flood 1']);
});

test('a full queue of strangers takes no place of a known browser', async () => {
  const flooded = openQueue({ places: 5 });
  for (let number = 1; number <= 20; number += 1) flooded.ask('stranger', stranger(`198.51.100.${number}`));
  expect(flooded.queue.load().waiting).toBe(5);
  flooded.ask('alice', known('203.0.113.7'));
  await flooded.finishAll();
  expect(flooded.served.slice(0, 2)).toEqual(['stranger', 'alice']);
  expect(flooded.refused).toHaveLength(14);
});

test('work that fails gives its turn on and says so to who asked', async () => {
  const { queue, ask, served, finishAll } = openQueue();
  const failing = queue.run(stranger('198.51.100.9'), async () => {
    throw new Error('broken');
  });
  ask('alice', stranger('203.0.113.7'));
  await expect(failing).rejects.toThrow('broken');
  await finishAll();
  expect(served).toEqual(['alice']);
  expect(queue.load()).toEqual({ running: 0, waiting: 0 });
});
