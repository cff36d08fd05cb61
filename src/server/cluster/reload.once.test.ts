import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildIfStale } from '../../cli/build.mjs';
import { paths } from '../../paths.ts';
import { PASSWORD } from '../../testing/people.ts';
import { openWorkplace, type Program, type Workplace } from '../../testing/program.ts';
import { Visitor } from '../../testing/visitor.ts';

// What visitors notice of it when the workers of a store end, are replaced, or lose the process that supervises them.

// Each test starts several processes, which takes long on a machine that has much else to do.
vi.setConfig({ testTimeout: 90_000 });
afterAll(() => vi.resetConfig());

let place: Workplace;
let program: Program;
let url: string;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
  program = place.start({ WORKERS: '2', LOG_LEVEL: 'info' });
  url = await program.open();
  await new Visitor(url).register('alice', PASSWORD);
});
afterAll(() => place.clear());

/** What visitors got: how many answers of each kind, and of failed connections by their reason. */
type Outcomes = Record<string, number>;

/** Asks once. @returns the status, or why there was none */
function ask(path: string, agent: Agent | false): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(url + path, { agent }, (answer) => {
      answer.resume().once('end', () => resolve(String(answer.statusCode)));
    });
    asked.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end();
  });
}

/** Signs in as somebody who has never been here, with a form. */
async function logIn(): Promise<string> {
  try {
    return String((await new Visitor(url).logIn('alice', PASSWORD)).status);
  } catch (error) {
    const { cause, message } = error as Error;
    return String((cause as NodeJS.ErrnoException | undefined)?.code ?? message);
  }
}

/** Visitors that ask one after the other until they are told to stop: over kept connections, over new ones, with forms. */
function comeAndGo(): () => Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const kept = new Agent({ keepAlive: true });
  let over = false;
  async function again(once: () => Promise<string>): Promise<void> {
    while (!over) {
      const outcome = await once();
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  }
  const visitors = [
    ...Array.from({ length: 3 }, () => again(() => ask(paths.login(), kept))),
    ...Array.from({ length: 2 }, () => again(() => ask(paths.alive(), false))),
    again(logIn),
  ];
  return async () => {
    over = true;
    await Promise.all(visitors);
    kept.destroy();
    return outcomes;
  };
}

const replacedTimes = () => program.out.stdout.split('all workers are replaced').length - 1;

test('nobody notices that all workers are replaced: no connection is refused or cut off', async () => {
  const leave = comeAndGo();
  program.process.kill('SIGHUP');
  await expect.poll(replacedTimes, { timeout: 60_000 }).toBe(1);
  const outcomes = await leave();
  expect(Object.keys(outcomes).sort()).toEqual(['200', '303']);
});

test('a kept connection gets one more answer, which says that it is the last', async () => {
  const kept = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<string | undefined>((resolve, reject) => {
      const asked = request(url + paths.ready(), { agent: kept }, (answer) => {
        answer.resume().once('end', () => resolve(`${answer.statusCode} ${answer.headers.connection}`));
      });
      asked.once('error', reject).end();
    });
  expect(await ask()).toBe('200 keep-alive');
  program.process.kill('SIGHUP');
  await expect.poll(ask, { timeout: 60_000, interval: 20 }).toBe('503 close');
  expect(await ask()).toMatch(/^(200 keep-alive|503 close)$/);
  await expect.poll(replacedTimes, { timeout: 60_000 }).toBe(2);
  kept.destroy();
});

test('a store that is told to end answers what it has begun, and says that it is well', async () => {
  const leave = comeAndGo();
  await ask(paths.login(), false);
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  const { 200: pages = 0, 303: logins = 0, ECONNREFUSED: refused = 0, ...others } = await leave();
  expect(pages + logins).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
  // Connections that nothing was asked on may be closed under a request on its way; no answer is cut off.
  expect(
    Object.keys(others).filter((outcome) => !['ECONNRESET', 'UND_ERR_SOCKET'].includes(outcome)),
  ).toEqual([]);
  expect(program.out.stderr).toBe('');
});

test('workers end when the process that supervises them is killed, and the next start finds the port free', async () => {
  const { port } = new URL(url);
  program = place.start({ WORKERS: '2', PORT: port });
  await program.open();
  expect(await program.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  const next = place.start({ WORKERS: '2', PORT: port });
  expect(await next.open()).toBe(url);
  expect((await new Visitor(url).logIn('alice', PASSWORD)).location).toBe(paths.store());
  expect(await next.stop('SIGINT')).toEqual({ code: 0, signal: null });
});
