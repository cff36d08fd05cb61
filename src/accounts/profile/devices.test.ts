import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { DAY, HOUR, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { alertsOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as DEVICES_PAGE_TEXTS } from './devices.page.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0';

/** Logs in on one more device, a Firefox on Windows. */
async function alsoIn(username: string): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.get(paths.login());
  await visitor.post(paths.login(), { username, password: PASSWORD }, { 'user-agent': FIREFOX });
  return visitor;
}

const look = async (visitor: Visitor) => (await visitor.get(paths.devices())).text;
const endingsOf = (page: string) =>
  [...page.matchAll(/href="(\/account\/devices\/[0-9a-f]{16}\/ending)"/g)].map(([, path]) => path as string);
const isIn = async (visitor: Visitor) => (await visitor.get(paths.store())).status === 200;

describe('the list of devices', () => {
  test('says where a member is logged in, this device first, and nothing of others (ASVS 7.5.2)', async () => {
    const alice = await signIn(app, 'alice');
    await alsoIn('alice');
    await signIn(app, 'other');
    app.passTime(3 * MINUTE);
    await alice.get(paths.store());
    const page = await look(alice);
    expect(textOf(page)).toMatch(
      /this one .* last seen just now Firefox on Windows .* last seen 3 minutes ago/,
    );
    expect(page).toMatch(/<time datetime="\d{4}-\d\d-\d\dT[^"]+Z">/);
    expect(endingsOf(page).length).toBe(1);
  });

  test('says when a device logged in, also after its member showed again who they are', async () => {
    const bob = await signIn(app, 'bob');
    const loggedIn = /logged in (.*?) ·/.exec(textOf(await look(bob)))?.[1];
    app.passTime(20 * MINUTE);
    await bob.submit(paths.recentLogin(), { password: PASSWORD });
    expect(textOf(await look(bob))).toContain(`logged in ${loggedIn} ·`);
  });

  test('leaves out sessions that have expired', async () => {
    await signIn(app, 'carol');
    app.passTime(1 * HOUR);
    const carol = await alsoIn('carol');
    expect(endingsOf(await look(carol))).toEqual([]);
    expect(textOf(await look(carol))).not.toContain('Log out all other devices');
  });
});

describe('logging a device out', () => {
  test('says what happens, ends that one alone, and is in the activity (ASVS 7.5.2)', async () => {
    const dave = await signIn(app, 'dave');
    const phone = await alsoIn('dave');
    const [ending = ''] = endingsOf(await look(dave));
    const asked = await dave.get(ending);
    expect(textOf(asked.text)).toContain('Log out Firefox on Windows?');
    expect(await isIn(phone)).toBe(true);

    expect(await dave.post(ending)).toMatchObject({ status: 303, location: paths.devices() });
    expect(alertsOf(await look(dave))).toEqual([`success: Success: ${DEVICES_PAGE_TEXTS.end.done}`]);
    expect([await isIn(dave), await isIn(phone)]).toEqual([true, false]);
    expect(textOf((await dave.get(paths.activity())).text)).toContain(
      'A device was logged out: Firefox on Windows.',
    );
  });

  test('twice at once is once; the second is told that it is gone', async () => {
    const erin = await signIn(app, 'erin');
    await alsoIn('erin');
    const [ending = ''] = endingsOf(await look(erin));
    const answers = await Promise.all([erin.post(ending), erin.post(ending)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
    const gone = answers.find(({ status }) => status === 404);
    expect(alertsOf(gone?.text ?? '').join()).toContain(DEVICES_PAGE_TEXTS.gone);
    expect((await erin.get(ending)).status).toBe(404);
  });

  test("by another member's handle is 404 and ends nothing (ASVS 8.2.2)", async () => {
    const frank = await signIn(app, 'frank');
    const phone = await alsoIn('frank');
    const [ending = ''] = endingsOf(await look(frank));
    const mallory = await signIn(app, 'mallory');
    expect((await mallory.get(ending)).status).toBe(404);
    expect((await mallory.post(ending)).status).toBe(404);
    for (const handle of ['%25', 'x'.repeat(5_000), '_'.repeat(16), '']) {
      expect((await mallory.post(`/account/devices/${handle}/ending`)).status).toBe(404);
    }
    expect([await isIn(frank), await isIn(phone)]).toEqual([true, true]);
    await expectNoFault(app);
  });

  test('that is the one that asks is an ordinary logout', async () => {
    const gina = await signIn(app, 'gina');
    const phone = await alsoIn('gina');
    const [ending = ''] = endingsOf(await look(phone));
    expect((await gina.get(ending)).location).toBe(paths.logout());
    await gina.post(ending);
    expect([await isIn(gina), await isIn(phone)]).toEqual([false, true]);
  });

  test('needs a recent login, and goes on where it was (ASVS 7.5.2)', async () => {
    const helen = await signIn(app, 'helen');
    const phone = await alsoIn('helen');
    const [ending = ''] = endingsOf(await look(helen));
    app.passTime(6 * MINUTE);
    expect((await helen.post(ending)).location).toBe(paths.recentLogin());
    expect((await helen.post(paths.endOtherDevices())).location).toBe(paths.recentLogin());
    expect(await isIn(phone)).toBe(true);
    expect((await helen.get(ending)).location).toBe(paths.recentLogin());
    const confirmed = await helen.submit(paths.recentLogin(), { password: PASSWORD });
    expect(confirmed.location).toBe(ending);
  });

  test('all others at once leaves this one', async () => {
    const ines = await signIn(app, 'ines');
    const others = [await alsoIn('ines'), await alsoIn('ines')];
    expect(textOf((await ines.get(paths.endOtherDevices())).text)).toContain(
      '2 devices are logged out at once',
    );
    const both = await Promise.all([1, 2].map(() => ines.post(paths.endOtherDevices())));
    expect(both.map(({ location }) => location)).toEqual([paths.devices(), paths.devices()]);
    expect(await isIn(ines)).toBe(true);
    for (const other of others) expect(await isIn(other)).toBe(false);
    expect((await ines.get(paths.endOtherDevices())).location).toBe(paths.devices());
    expect(textOf((await ines.get(paths.activity())).text).match(/All other devices/g)?.length).toBe(1);
  });
});

describe('a trusted browser', () => {
  test('is listed until its trust ends, by its member alone', async () => {
    const { db, clock } = app.context;
    const jack = await signIn(app, 'jack');
    expect(textOf(await look(jack))).toContain('a login can trust a browser for 30 days');
    const { id } = await db('users').where({ username: 'jack' }).first('id');
    await db('known_browsers')
      .where({ user_id: id })
      .update({ trusted_until: clock() + DAY, user_agent: FIREFOX });
    const page = await look(jack);
    expect(textOf(page)).toContain('trusted until');
    const forget = /action="(\/account\/devices\/trusted\/[^"]+)"/.exec(page)?.[1] ?? '';

    const mallory = await signIn(app, 'mallory2');
    expect((await mallory.post(forget)).status).toBe(404);
    expect((await jack.post(forget)).location).toBe(paths.devices());
    expect((await jack.post(forget)).status).toBe(404);
    expect(textOf(await look(jack))).not.toContain('trusted until');
    expect((await jack.get(forget)).location).toBe(paths.devices());
    expect(textOf((await jack.get(paths.activity())).text)).toContain('The trust in a browser was ended.');
  });
});
