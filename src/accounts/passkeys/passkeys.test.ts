import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { showsCodes } from '../../testing/authenticator.ts';
import type { Lies, PasskeyDevice } from '../../testing/passkey-device.ts';
import { addPasskey, deviceFor, logInWithPasskey, makeCredential } from '../../testing/passkeys.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { insertPasskey } from '../credentials/passkeys.table.ts';
import { TEXTS as PASSKEYS_PAGE_TEXTS } from './passkeys.page.ts';

let app: TestApp;
let alice: Visitor;
let device: PasskeyDevice;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  const { db } = app.context;
  for (const table of ['rate_limits', 'outbox', 'users', 'sessions']) await db(table).delete();
  alice = await signIn(app, 'alice');
  device = deviceFor(app);
});

const rows = () => app.context.db('passkeys').orderBy('id');
const onlyId = async () => (await rows())[0].id as number;
const twoFactorSince = async () =>
  (await app.context.db('users').where('username', 'alice').first('two_factor_since')).two_factor_since;
const lastAction = async () =>
  (await app.context.db('audit_log').orderBy('id', 'desc').first('action')).action;
const REFUSED = `danger: Error: ${PASSKEYS_PAGE_TEXTS.refused}`;

describe('adding a passkey', () => {
  test('turns two-factor on with the first and shows the recovery codes, once', async () => {
    const answer = await addPasskey(alice, device);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect([...answer.text.matchAll(/<code>/g)]).toHaveLength(10);
    expect(await twoFactorSince()).not.toBeNull();
    expect(await lastAction()).toBe('passkey.added');

    const second = await addPasskey(alice, deviceFor(app));
    expect(second.location).toBe(paths.passkeys());
    const page = (await alice.follow(second)).text;
    expect(alertsOf(page)).toEqual([
      expect.stringMatching(/^success: Success: The passkey “.+” was added\./),
    ]);
    expect([...page.matchAll(/<h2>/g)]).toHaveLength(2);
  });

  test('asks for one that is found without a username, verifies its person and proves no model', async () => {
    await alice.get(paths.passkeys());
    const options = JSON.parse((await alice.post(paths.newPasskeyChallenge())).text);
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Gatehouse' },
      user: { name: 'alice' },
      attestation: 'none',
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(Buffer.from(options.user.id, 'base64url')).toHaveLength(64);
  });

  test('calls the account the same for every key, and leaves out the keys that are there', async () => {
    await addPasskey(alice, device);
    await alice.get(paths.passkeys());
    const options = JSON.parse((await alice.post(paths.newPasskeyChallenge())).text);
    expect(options.user.id).toBe(device.passkeys[0]?.userHandle);
    expect(options.excludeCredentials).toEqual([
      { id: device.passkeys[0]?.id, transports: ['internal'], type: 'public-key' },
    ]);
  });

  test.each([
    ['its device in words', {}, 'Chrome on Windows'],
    ['the password manager that keeps it', { aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d' }, '1Password'],
  ] as [string, Lies, string][])('names it by %s', async (_by, lies, name) => {
    const agent =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36';
    await alice.get(paths.passkeys());
    const credential = await makeCredential(alice, device, lies);
    await alice.post(paths.passkeys(), { credential }, { 'user-agent': agent });
    expect((await rows())[0].name).toBe(name);
  });

  test('says whether it is synced', async () => {
    await addPasskey(alice, device, { backedUp: true });
    await addPasskey(alice, deviceFor(app));
    const text = textOf((await alice.get(paths.passkeys())).text);
    expect(text).toContain(PASSKEYS_PAGE_TEXTS.synced);
    expect(text).toContain(PASSKEYS_PAGE_TEXTS.oneDevice);
    expect(text).toContain('Last used never');
  });

  test.each([
    ['of another site', { origin: 'http://localhost:3001' }],
    ['for another host', { rpId: 'example.org' }],
    ['to another challenge', { challenge: 'A'.repeat(43) }],
    ['to another question', { type: 'webauthn.get' }],
    ['from within a frame', { crossOrigin: true }],
    ['without finger, face or PIN', { userVerified: false }],
    ['of a made-up format', { attestation: 'made-up' }],
    // With certificates of some kinds the library would fetch what they name, from wherever.
    ['with a certificate, though a good one', { attestation: 'certified' }],
  ] as [string, Lies][])('refuses an answer %s', async (_what, lies) => {
    const answer = await addPasskey(alice, device, lies);
    expect(answer.location).toBe(paths.passkeys());
    expect(alertsOf((await alice.follow(answer)).text)).toEqual([REFUSED]);
    expect(await rows()).toEqual([]);
    expect(await twoFactorSince()).toBeNull();
  });

  test('takes one that speaks for itself', async () => {
    await addPasskey(alice, device, { attestation: 'self' });
    expect(await rows()).toHaveLength(1);
  });

  test('takes an answer once, also when it comes twice at the same instant', async () => {
    await alice.get(paths.passkeys());
    const credential = await makeCredential(alice, device);
    const answers = await Promise.all([1, 2, 3].map(() => alice.post(paths.passkeys(), { credential })));
    expect(answers.filter(showsCodes)).toHaveLength(1);
    expect((await alice.post(paths.passkeys(), { credential })).status).toBe(303);
    expect(await rows()).toHaveLength(1);
  });

  test('takes no answer after five minutes, of another session or another member', async () => {
    const bob = await signIn(app, 'bob');
    await alice.get(paths.passkeys());
    const credential = await makeCredential(alice, device);
    await bob.get(paths.passkeys());
    await bob.post(paths.passkeys(), { credential });
    const elsewhere = app.visitor();
    await elsewhere.follow(await elsewhere.logIn('alice', PASSWORD));
    await elsewhere.post(paths.passkeys(), { credential });
    expect(await rows()).toEqual([]);

    app.passTime(5 * 60_000);
    await alice.submit(paths.recentLogin(), { password: PASSWORD });
    await alice.get(paths.passkeys());
    await alice.post(paths.passkeys(), { credential });
    expect(await rows()).toEqual([]);
  });

  test('refuses a key that is registered, whoever has it', async () => {
    await addPasskey(alice, device);
    const { id, ...row } = (await rows())[0];
    const inserted = await app.context.db.transaction((trx) =>
      insertPasskey(trx, {
        ...row,
        userId: row.user_id,
        credentialId: row.credential_id,
        publicKey: row.public_key,
        userHandle: row.user_handle,
        transports: [],
        backedUp: false,
        createdAt: 1,
      }),
    );
    expect(inserted).toBeUndefined();
  });

  test('stops at twenty', async () => {
    await addPasskey(alice, device);
    const { id, ...row } = (await rows())[0];
    const more = Array.from({ length: 18 }, (_, index) => ({ ...row, credential_hash: `${index}` }));
    await app.context.db('passkeys').insert(more);
    await addPasskey(alice, deviceFor(app));
    expect(await rows()).toHaveLength(20);
    const page = (await alice.follow(await addPasskey(alice, deviceFor(app)))).text;
    expect(alertsOf(page)).toEqual([expect.stringContaining('You have 20 passkeys')]);
    expect(page).not.toContain('Add a passkey');
    expect(await rows()).toHaveLength(20);
  });

  test("ends the member's other sessions (ASVS 7.4.3)", async () => {
    const phone = app.visitor();
    await phone.follow(await phone.logIn('alice', PASSWORD));
    await addPasskey(alice, device);
    expect((await phone.get(paths.passkeys())).location).toBe(paths.login());
    expect((await alice.get(paths.passkeys())).status).toBe(200);
  });

  test('needs a recent login, and comes back after it (ASVS 7.5.1)', async () => {
    await alice.get(paths.passkeys());
    app.passTime(5 * 60_000);
    expect((await alice.post(paths.newPasskeyChallenge())).location).toBe(paths.recentLogin());
    const sent = await alice.post(paths.passkeys(), { credential: '' });
    expect(sent.location).toBe(paths.recentLogin());
    const confirmed = await alice.submit(paths.recentLogin(), { password: PASSWORD });
    expect(confirmed.location).toBe(paths.passkeys());
    expect((await addPasskey(alice, device)).status).toBe(200);
  });

  const HOSTILE = [
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing inside', '{"id":"a","rawId":"a","type":"public-key"}'],
    ['lists inside', '{"id":["a"],"rawId":"a","type":"public-key","response":{"clientDataJSON":[1]}}'],
    ['50 kB', JSON.stringify({ id: 'a'.repeat(50_000) })],
    ['a deep nest', '['.repeat(9_000)],
  ];

  test('refuses whatever else may stand in the field', async () => {
    await alice.get(paths.passkeys());
    for (const [what, credential = ''] of HOSTILE) {
      const answer = await alice.post(paths.passkeys(), { credential });
      expect([answer.status, answer.location], what).toEqual([303, paths.passkeys()]);
    }
  });
});

describe('a passkey of a member', () => {
  beforeEach(() => addPasskey(alice, device));

  test('gets another name', async () => {
    const id = await onlyId();
    const answer = await alice.submit(paths.passkey(id), { name: '  Grandmother’s key 🗝️ ' });
    expect(answer.location).toBe(paths.passkeys());
    expect((await rows())[0].name).toBe('Grandmother’s key 🗝️');
    expect(await lastAction()).toBe('passkey.renamed');
  });

  test('is called nothing that is empty, too long or more than one line', async () => {
    for (const name of ['', '   ', 'x'.repeat(61), 'two\nlines']) {
      const answer = await alice.submit(paths.passkey(await onlyId()), { name });
      expect([answer.status, errorOf(answer.text, 'name')], name).toEqual([
        422,
        'Error: Use 1 to 60 characters on one line.',
      ]);
    }
  });

  test('is removed on a page that says what will happen, and two-factor goes with the last', async () => {
    await addPasskey(alice, deviceFor(app));
    const [first, second] = await rows();
    expect(textOf((await alice.get(paths.removePasskey(first.id))).text)).not.toContain(
      'your last second factor',
    );
    await alice.submit(paths.removePasskey(first.id));
    expect(await twoFactorSince()).not.toBeNull();

    const page = await alice.get(paths.removePasskey(second.id));
    expect(textOf(page.text)).toContain('It is your last second factor.');
    const answer = await alice.post(paths.removePasskey(second.id));
    expect(alertsOf((await alice.follow(answer)).text)).toEqual([
      expect.stringMatching(/^success: .* was removed\./),
      expect.stringMatching(/^warning: .* your last second factor/),
    ]);
    expect(await twoFactorSince()).toBeNull();
    expect(await lastAction()).toBe('passkey.removed');
    expect((await logInWithPasskey(app.visitor(), device)).location).toBe(paths.login());
  });

  test('is removed once, also by two clicks at the same instant; other sessions end (ASVS 7.4.3)', async () => {
    const phone = app.visitor();
    await phone.follow(await logInWithPasskey(phone, device));
    const path = paths.removePasskey(await onlyId());
    await alice.get(path);
    const answers = await Promise.all([alice.post(path), alice.post(path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404]);
    expect((await phone.get(paths.passkeys())).location).toBe(paths.login());
  });

  test('is removed only after a recent login with a second factor, as another is added (ASVS 7.5.1)', async () => {
    const path = paths.removePasskey(await onlyId());
    await alice.get(path);
    app.passTime(5 * 60_000);
    expect((await alice.get(path)).location).toBe(paths.recentLogin());
    expect((await alice.post(path)).location).toBe(paths.recentLogin());
    await alice.submit(paths.recentLogin(), { password: PASSWORD });
    await alice.get(paths.passkeys());
    for (const each of [path, paths.passkeys(), paths.newPasskeyChallenge()]) {
      expect((await alice.post(each)).location, 'with the password alone').toBe(paths.recentLogin());
    }
    expect(await rows()).toHaveLength(1);
  });

  test("is nothing to another member, nor is what is no passkey's number (ASVS 8.2.2)", async () => {
    const bob = await signIn(app, 'bob');
    const id = await onlyId();
    for (const each of [id, 0, -1, '1e3', 'x', '9'.repeat(30), `${id} or 1=1`]) {
      const visitor = each === id ? bob : alice;
      for (const path of [paths.passkey(each), paths.removePasskey(each)]) {
        expect((await visitor.get(path)).status).toBe(404);
        expect((await visitor.post(path, { name: 'Mine' })).status).toBe(404);
      }
    }
    expect(await rows()).toHaveLength(1);
  });
});

test('a moderator, whom the store asks for a second factor, keeps the last one', async () => {
  const mina = await signIn(app, 'mod-mina', 'moderator');
  await addPasskey(mina, device);
  const answer = await mina.submit(paths.removePasskey(await onlyId()));
  expect(alertsOf((await mina.follow(answer)).text)).toEqual([`danger: Error: ${PASSKEYS_PAGE_TEXTS.owed}`]);
  expect(await rows()).toHaveLength(1);
});

test('a page without passkeys says what they are', async () => {
  const text = textOf((await alice.get(paths.passkeys())).text);
  expect(text).toContain('You have no passkeys yet. A passkey lets you log in with your finger');
  expect(text).toContain('To add a passkey, use a browser that knows them, with JavaScript turned on.');
});
