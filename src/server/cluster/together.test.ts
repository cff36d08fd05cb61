import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildIfStale } from '../../cli/build.mjs';
import { connect, type Database } from '../../database/connection.ts';
import { paths } from '../../paths.ts';
import { unheard } from '../../testing/database.ts';
import { type MailServer, startMailServer } from '../../testing/mail-server.ts';
import { PASSWORD } from '../../testing/people.ts';
import { openWorkplace, type Program, type Workplace } from '../../testing/program.ts';
import { Visitor } from '../../testing/visitor.ts';

// Two stores on one database, as on two machines: one of one process, one of several. Each test goes on where the one
// before it stopped.

const LATER = '20991231235959_add_what_is_not_thought_of_yet';

// Each test starts several processes, which takes long on a machine that has much else to do.
vi.setConfig({ testTimeout: 90_000 });
afterAll(() => vi.resetConfig());

let place: Workplace;
let db: Database;
let post: MailServer;
let one: Program;
let several: Program;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
  db = connect(place.address, unheard);
  post = await startMailServer();
  place.settings.SMTP_URL = post.url;
  several = place.start({ WORKERS: '2' });
  await several.open();
  one = place.start();
  await one.open();
});
afterAll(async () => {
  await db.destroy();
  await place.clear();
  await post.goDown();
});

const holder = async (): Promise<string> => (await db('leases').where({ name: 'background' }).first()).holder;

async function statusOf(program: Program, path: string): Promise<[number, string]> {
  const { status, text } = await new Visitor(await program.open()).get(path);
  return [status, text];
}

test('a process that is killed in the middle of sending leaves nothing behind that another one does not send', async () => {
  await expect.poll(holder, { timeout: 60_000 }).not.toBe('');
  const former = await holder();
  const door = new Visitor(await one.open());
  const names = Array.from({ length: 6 }, (_, index) => `newcomer-${index}`);
  for (const name of names) await door.register(name, PASSWORD);
  // The store with several processes began first, so one of them sends.
  await several.stop('SIGKILL');
  await expect
    .poll(
      async () => {
        // What a killed process had claimed is sent when its claim is over: here, at once.
        await db('outbox').whereNotNull('due_at').update({ due_at: 0 });
        return db('outbox').whereNull('sent_at').pluck('id');
      },
      { timeout: 60_000, interval: 500 },
    )
    .toEqual([]);
  expect(await holder()).not.toBe(former);
  const mails = new Map(post.mails.map((mail) => [mail.messageId, mail.to?.[0]?.address]));
  expect([...mails.values()].sort()).toEqual(names.map((name) => `${name}@example.org`));
});

test('who ends lets the next one go on at once, and one works in the background', async () => {
  several = place.start({ WORKERS: '2' });
  await several.open();
  const former = await holder();
  expect(await one.stop()).toEqual({ code: 0, signal: null });
  await expect.poll(holder, { timeout: 60_000 }).not.toBe('');
  expect(await holder()).not.toBe(former);
});

test('an old version serves on while a newer one has taken the database further, and a new start of it is refused', async () => {
  one = place.start();
  await one.open();
  await db('knex_migrations').insert({ name: LATER, batch: 99, migration_time: new Date() });
  await db.schema.alterTable('users', (table) => {
    table.string('not_thought_of_yet').nullable();
  });
  for (const program of [one, several]) {
    expect(await statusOf(program, paths.ready())).toEqual([200, '{"status":"ok"}']);
    const visitor = new Visitor(await program.open());
    expect((await visitor.logIn('newcomer-0', PASSWORD)).location).toBe(paths.store());
    expect((await visitor.follow(await visitor.get('/'))).status).toBe(200);
  }
  for (const workers of ['1', '2']) {
    const late = place.start({ WORKERS: workers });
    expect(await late.ended).toEqual({ code: 1, signal: null });
    expect(late.out.stderr).toMatch(
      /^Gatehouse did not start: The database at \S+ was used by a newer version of the store \(20991231235959_\w+\)\. Update this one\.\n$/,
    );
  }
});

test('a process whose database lacks a migration says that it is not ready', async () => {
  const [last] = await db('knex_migrations').whereNot('name', LATER).orderBy('name', 'desc').limit(1);
  await db('knex_migrations').where('name', last.name).delete();
  for (const program of [one, several]) {
    expect(await statusOf(program, paths.ready())).toEqual([503, '{"status":"migrations"}']);
    expect(await statusOf(program, paths.alive())).toEqual([200, '{"status":"ok"}']);
  }
});
