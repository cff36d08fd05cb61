import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { paths } from '../paths.ts';
import { ApiClient } from '../testing/api-client.ts';
import { type MailServer, startMailServer } from '../testing/mail-server.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Program, type Workplace } from '../testing/program.ts';
import { openRelay, type Relay } from '../testing/relay.ts';
import { Visitor } from '../testing/visitor.ts';

// The database server goes away in the middle of what people do, and comes back.

/** How long it is away at least, in milliseconds: long enough for every background job to fail. */
const AWAY = 1_500;

describe('a database that goes away', () => {
  let place: Workplace;
  let post: MailServer;
  let relay: Relay;
  let program: Program;
  let url: string;
  let alice: Visitor;
  beforeAll(async () => {
    buildIfStale();
    place = await openWorkplace();
    post = await startMailServer();
    relay = await openRelay(place.settings.DATABASE_URL ?? '');
    program = place.start({ DATABASE_URL: relay.url, SMTP_URL: post.url });
    url = await program.open();
    alice = new Visitor(url);
    await alice.register('alice', PASSWORD);
    await alice.follow(await alice.logIn('alice', PASSWORD));
  });
  afterAll(async () => {
    await place.clear();
    await relay.cut();
    await post.goDown();
  });

  function expectBusy(answer: { status: number; headers: Headers }): void {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }

  const changePassword = () =>
    alice.post(paths.password(), {
      current_password: PASSWORD,
      password: `${PASSWORD} new`,
      password_confirmation: `${PASSWORD} new`,
    });

  test('is answered with 503 by every page, and with what needs none; all goes on when it is back', async () => {
    await alice.get(paths.password());
    const names = Array.from({ length: 8 }, (_, index) => `newcomer-${index}`);
    const newcomers = names.map(() => new Visitor(url));
    await Promise.all(newcomers.map((newcomer) => newcomer.get(paths.register())));
    const joining = newcomers.map((newcomer, index) =>
      newcomer.post(paths.register(), {
        username: names[index] ?? '',
        email: `${names[index]}@example.org`,
        password: PASSWORD,
        password_confirmation: PASSWORD,
      }),
    );
    // Some are in, some are under way, some wait to be hashed.
    await Promise.race(joining);
    await relay.cut();
    const joined = await Promise.all(joining);

    const end = Date.now() + AWAY;
    do {
      for (const path of [paths.login(), paths.store(), paths.ready(), paths.account()])
        expectBusy(await alice.get(path));
      expectBusy(await new Visitor(url).get(paths.register()));
      expectBusy(await new ApiClient(url).logIn('alice', PASSWORD));
      expectBusy(await changePassword());
      expect((await alice.get(paths.alive())).status).toBe(200);
      expect((await alice.get('/favicon.ico')).status).toBe(200);
      await sleep(100);
    } while (Date.now() < end);

    await relay.mend();
    await expect.poll(async () => (await alice.get(paths.ready())).status).toBe(200);
    expect((await alice.get(paths.store())).status).toBe(200);
    // The form that was refused is sent once more as it stands.
    expect((await changePassword()).status).toBe(303);

    // Whoever was told that they are in is in, and what the store does by itself goes on.
    for (const [index, answer] of joined.entries()) {
      expect([303, 503]).toContain(answer.status);
      if (answer.status !== 303) continue;
      expect((await newcomers[index]?.logIn(names[index] ?? '', PASSWORD))?.location).toBe(paths.store());
    }
    const told = ['alice', ...names.filter((_, index) => joined[index]?.status === 303)];
    const mailed = () => new Set(post.recipients.flat().map((to) => to.replace('@example.org', '')));
    await expect.poll(() => told.filter((name) => !mailed().has(name)), { timeout: 20_000 }).toEqual([]);
    expect(program.out.stderr).toBe('');
    expect(await program.stop()).toEqual({ code: 0, signal: null });
  });
});
