import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyChain } from '../audit/audit-chain.ts';
import { buildIfStale } from '../cli/build.mjs';
import { connect, type Database } from '../database/connection.ts';
import { paths } from '../paths.ts';
import { unheard } from '../testing/database.ts';
import { type MailServer, startMailServer } from '../testing/mail-server.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Workplace } from '../testing/program.ts';
import { Visitor } from '../testing/visitor.ts';

// A real server is killed again and again in the middle of what people do. Whatever moment it was, each account
// is as before or as after, the audit log tells of it exactly then, and the mail about it arrives.

const KILLS = 4;
/** How much later than the one before each kill comes after its requests were sent, in milliseconds. */
const STEP = 20;
/** Five starts of a server take long where much else runs, in milliseconds. */
const LIMIT = 120_000;

let place: Workplace;
let db: Database;
let post: MailServer;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
  db = connect(place.address, unheard);
  post = await startMailServer();
  place.settings.SMTP_URL = post.url;
});
afterAll(async () => {
  await db.destroy();
  await place.clear();
  await post.goDown();
});

const passwordOf = (round: number) => (round === 0 ? PASSWORD : `${PASSWORD} for the ${round}th time`);

/** Changes a password from one round's to the next one's, or fails when the server is gone. */
async function changePassword(visitor: Visitor, current: string, next: string): Promise<void> {
  await visitor.submit(paths.password(), {
    current_password: current,
    password: next,
    password_confirmation: next,
  });
}

async function hashOfAlice(): Promise<string> {
  return (await db('users').where('username', 'alice').first('password_hash')).password_hash;
}

/** How often the audit log tells of each action, by username. */
async function toldOf(action: string): Promise<Record<string, number>> {
  const names: string[] = await db('audit_log')
    .join('users', 'users.id', 'audit_log.subject_id')
    .where({ action })
    .pluck('users.username');
  return countEach(names);
}

/** How many different mails of a subject arrived, by username. One that came twice has one Message-ID. */
function arrived(subject: string): Record<string, number> {
  const mails = new Map(post.mails.map((mail) => [mail.messageId, mail]));
  const names = [...mails.values()]
    .filter((mail) => mail.subject === subject)
    .map(({ to }) => (to?.[0]?.address ?? '').split('@')[0] ?? '');
  return countEach(names);
}

function countEach(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

test(
  'a server killed at any moment leaves no half-changed account and loses no mail',
  async () => {
    let program = place.start();
    let url = await program.open();
    let alice = new Visitor(url);
    await alice.register('alice', PASSWORD);
    // Notices go to confirmed addresses alone.
    await db('users').where('username', 'alice').update({ email_verified_at: Date.now() });
    await alice.follow(await alice.logIn('alice', PASSWORD));
    let current = 0;

    for (let round = 1; round <= KILLS; round += 1) {
      const hash = await hashOfAlice();
      const work = Promise.allSettled([
        changePassword(alice, passwordOf(current), passwordOf(round)),
        new Visitor(url).register(`newcomer-${round}`, PASSWORD),
      ]);
      await sleep(round * STEP);
      await program.stop('SIGKILL');
      await work;

      program = place.start();
      url = await program.open();
      // The password is the old one or the new one, whole: it logs in.
      if ((await hashOfAlice()) !== hash) current = round;
      alice = new Visitor(url);
      expect((await alice.logIn('alice', passwordOf(current))).location).toBe(paths.store());
    }

    // The next process takes over when the lease of the killed one stands still, and mails that it had claimed are sent
    // when their claims are over: here, at once.
    await db('leases').update({ holder: '' });
    await expect
      .poll(
        async () => {
          await db('outbox').whereNotNull('due_at').update({ due_at: 0 });
          return db('outbox').whereNull('sent_at').pluck('last_error');
        },
        { timeout: 20_000 },
      )
      .toEqual([]);

    const members: string[] = await db('users').pluck('username');
    const once = Object.fromEntries(members.map((name) => [name, 1]));
    expect(await toldOf('account.registered')).toEqual(once);
    expect(arrived('Please confirm your e-mail address')).toEqual(once);
    expect(arrived('Your password was changed')).toEqual(await toldOf('password.changed'));
    expect(await verifyChain(db)).toMatchObject({ ok: true });
  },
  LIMIT,
);
