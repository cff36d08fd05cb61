import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { paths } from '../paths.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Program, type Workplace } from '../testing/program.ts';
import { Visitor } from '../testing/visitor.ts';

let place: Workplace;
let program: Program;
let url: URL;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
});
afterAll(() => place.clear());
beforeEach(async () => {
  program = place.start();
  url = new URL(await program.open());
});

/** A connection of its own, and all that came over it by its end. */
async function dial(): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(Number(url.port), '127.0.0.1');
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
  return { socket, answer };
}

/** Comes back when nobody listens at the program's port any more. */
async function doorIsShut(): Promise<void> {
  for (;;) {
    try {
      (await dial()).socket.destroy();
      await sleep(10);
    } catch {
      return;
    }
  }
}

test('a request that is still being sent when the process is told to end is answered first', async () => {
  const visitor = new Visitor(url.origin);
  await visitor.register('alice', PASSWORD);
  const page = await visitor.get(paths.login());
  const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const body = String(new URLSearchParams({ _csrf: token, username: 'alice', password: PASSWORD }));
  const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');

  const { socket, answer } = await dial();
  socket.write(
    `POST ${paths.login()} HTTP/1.1\r\nHost: ${url.host}\r\nCookie: ${cookie}\r\n` +
      `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n` +
      body.slice(0, 10),
  );
  // Connections that are kept alive but idle do not hold it up; that this one is answered shows, besides, that
  // the one above has arrived.
  const idle = await dial();
  idle.socket.write(`GET ${paths.alive()} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`);
  await once(idle.socket, 'data');
  program.process.kill('SIGTERM');
  await doorIsShut();
  socket.write(body.slice(10));
  expect(await answer).toMatch(/^HTTP\/1\.1 303 See Other\r\n.*Location: \/store\r\n/s);
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(await idle.answer).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(program.out.stderr).toBe('');
});

test('two signals, sent as soon as it says that it is open, end it cleanly', async () => {
  program.process.kill('SIGTERM');
  expect(await program.stop('SIGINT')).toEqual({ code: 0, signal: null });
});
