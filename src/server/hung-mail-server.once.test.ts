import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { connect } from '../database/connection.ts';
import { paths } from '../paths.ts';
import { unheard } from '../testing/database.ts';
import { type MailServer, startMailServer } from '../testing/mail-server.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Workplace } from '../testing/program.ts';
import { Visitor } from '../testing/visitor.ts';

let place: Workplace;
let post: MailServer;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
  post = await startMailServer();
  place.settings.SMTP_URL = post.url;
});
afterAll(async () => {
  await place.clear();
  await post.goDown();
});

test('a mail server that takes mails in and never says so holds up no page, no other work and no end', async () => {
  post.behaviour = 'hang';
  const program = place.start();
  const url = await program.open();
  const db = connect(place.address, unheard);
  await new Visitor(url).register('alice', PASSWORD);
  // The mail is on its way, and the server says nothing.
  await expect.poll(() => db('outbox').pluck('attempts')).toEqual([1]);

  const alice = new Visitor(url);
  expect((await alice.follow(await alice.logIn('alice', PASSWORD))).status).toBe(200);
  await new Visitor(url).submit(paths.forgotPassword(), { email: 'alice@example.org' });
  await expect.poll(() => db('reset_requests').pluck('id'), { timeout: 10_000 }).toEqual([]);
  expect(await program.stop()).toEqual({ code: 0, signal: null });

  // The next one sends what was cut off, when its time has come.
  post.behaviour = 'accept';
  await db('outbox').whereNotNull('due_at').update({ due_at: 0 });
  const next = place.start();
  await next.open();
  await expect
    .poll(() => post.mails.map(({ subject }) => subject), { timeout: 10_000 })
    .toContain('Please confirm your e-mail address');
  expect(await db('outbox').whereNotNull('given_up_at')).toEqual([]);
  await db.destroy();
});
