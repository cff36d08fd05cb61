import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyChain } from '../audit/audit-chain.ts';
import { buildIfStale } from '../cli/build.mjs';
import { connect } from '../database/connection.ts';
import { paths } from '../paths.ts';
import { MINUTE } from '../shared/clock.ts';
import { unheard } from '../testing/database.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Program, type Workplace } from '../testing/program.ts';
import { canMakeDisks, makeSmallDisk, type SmallDisk } from '../testing/small-disk.ts';
import { textOf, Visitor } from '../testing/visitor.ts';
import { NOTHING_SAVED } from '../web/errors.ts';

// A store on SQLite whose disk is full, and then is not any more. Only root can make such a disk.

/** In milliseconds; processes look every two seconds. */
const SOON = { timeout: 20_000, interval: 250 };

describe.runIf(canMakeDisks())('a full disk', () => {
  let place: Workplace;
  let disk: SmallDisk;
  let program: Program;
  let url: string;
  let file: string;
  beforeAll(async () => {
    buildIfStale();
    place = await openWorkplace();
    disk = makeSmallDisk('6m');
    program = place.start({ DATA_DIR: join(disk.folder, 'data') });
    url = await program.open();
    file = join(disk.folder, 'data', 'gatehouse.db');
  });
  afterAll(async () => {
    await place.clear();
    disk.remove();
  });

  test('is told to whoever changes something, in the way of nobody who reads, and harms nothing', async () => {
    const alice = new Visitor(url);
    await alice.register('alice', PASSWORD);
    await alice.follow(await alice.logIn('alice', PASSWORD));
    const bob = new Visitor(url);
    await bob.get(paths.register());
    const joinIn = () =>
      bob.post(paths.register(), {
        username: 'bob',
        email: 'bob@example.org',
        password: PASSWORD,
        password_confirmation: PASSWORD,
      });

    // Not even the room that SQLite has taken for later.
    const db = connect({ dialect: 'sqlite', file }, unheard);
    // Uses are written down once a minute: that of the next page would be.
    await db('sessions').update({ last_seen_at: Date.now() - 2 * MINUTE });
    await db.raw('pragma wal_checkpoint(truncate)');
    disk.fill();
    for (const answer of [await joinIn(), await new Visitor(url).get(paths.login())]) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(textOf(answer.text)).toContain(NOTHING_SAVED.title);
    }
    for (const path of [paths.store(), `${paths.store()}?q=laptop`, paths.account(), paths.alive()])
      expect((await alice.get(path)).status).toBe(200);
    const readOnly = { status: 'read-only', reads: true, writes: false, reason: 'disk full' };
    await expect.poll(() => answerOf(paths.ready()), SOON).toEqual([200, readOnly]);
    expect(await answerOf(`${paths.ready()}?writes`)).toEqual([503, readOnly]);

    disk.makeRoom();
    await expect.poll(() => answerOf(`${paths.ready()}?writes`), SOON).toEqual([200, { status: 'ok' }]);
    expect((await joinIn()).status).toBe(303);
    expect((await bob.logIn('bob', PASSWORD)).location).toBe(paths.store());
    expect(program.out.stderr).toBe('');
    expect(await program.stop()).toEqual({ code: 0, signal: null });

    expect(await db.raw('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(await verifyChain(db)).toMatchObject({ ok: true });
    await db.destroy();
  });

  test.each(['with a store on it', 'with nothing on it'])('is named by a start, %s', async (what) => {
    const dataDir = join(disk.folder, what === 'with a store on it' ? 'data' : 'new');
    disk.fill();
    const refused = place.start({ DATA_DIR: dataDir });
    expect(await refused.ended).toEqual({ code: 1, signal: null });
    expect(refused.out.stderr).toMatch(
      /^Gatehouse did not start: The disk at \S+ is full \(0 bytes free\)\. Make room, then start the store again\.\n$/,
    );
    expect(refused.out.stderr).toContain(disk.folder);
    disk.makeRoom();
    const opened = place.start({ DATA_DIR: dataDir });
    await opened.open();
    expect(await opened.stop()).toEqual({ code: 0, signal: null });
  });

  async function answerOf(path: string): Promise<unknown> {
    const { status, text } = await new Visitor(url).get(path);
    return [status, JSON.parse(text)];
  }
});
