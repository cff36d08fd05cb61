import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { personalOf } from '../audit/audit.ts';
import { TEXTS as ACTIONS_TEXTS } from '../members/actions.ts';
import { clearLog, readAfter } from '../testing/audit.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { changeSettings, readCurrentSettings } from './change-settings.ts';
import { createLiveSettings } from './live-settings.ts';
import { readSettings } from './settings.table.ts';
import { TEXTS as SETTINGS_FORM_TEXTS } from './settings-form.ts';
import { DEFAULT_SETTINGS, type FixedSettings } from './store-settings.ts';

const NOW = 1_800_000_000_000;
const ANA = { id: 1, role: 'admin' } as const;
const BEN = { id: 2, role: 'admin' } as const;
const CLIENT = { address: '192.0.2.1', userAgent: 'Firefox' };

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db('store_settings').update({ version: 1, data: '{}', changed_at: null, changed_by: null });
  await clearLog(database.db);
});

/** A process of the store. */
function openProcess(fixed: FixedSettings = {}) {
  const clock = () => NOW;
  return { db: database.db, clock, settings: createLiveSettings({ db: database.db, clock, fixed }) };
}
const rows = () => readAfter(database.db, 0, 10);

describe('changing settings', () => {
  test('saves what is sent, tells the process at once and writes before and after down', async () => {
    const store = openProcess();
    const outcome = await changeSettings(
      store,
      ANA,
      { store_name: ' Corner Shop ', door_text: 'Closed\r\non Sundays\r', membership: 'open', role: 'admin' },
      CLIENT,
    );
    const changes = [
      { setting: 'storeName', from: 'Gatehouse', to: 'Corner Shop' },
      { setting: 'doorText', from: '', to: 'Closed\non Sundays' },
    ];
    expect(outcome).toEqual({ ok: true, changes });
    expect(store.settings).toMatchObject({ storeName: 'Corner Shop', doorText: 'Closed\non Sundays' });
    expect(await readSettings(database.db)).toEqual({
      version: 2,
      values: { storeName: 'Corner Shop', doorText: 'Closed\non Sundays' },
      changedAt: NOW,
      changedBy: ANA.id,
    });
    const [row] = await rows();
    expect(row).toMatchObject({ action: 'settings.changed', actorId: ANA.id, subjectId: null });
    expect(row && personalOf(row)).toMatchObject({
      ...CLIENT,
      details: {
        storeName: { from: 'Gatehouse', to: 'Corner Shop' },
        doorText: { from: '', to: 'Closed\non Sundays' },
      },
    });
  });

  test('to what they are changes nothing and writes nothing, also after somebody else did the same', async () => {
    const unchanged = { ok: false, problem: 'unchanged' };
    expect(await changeSettings(openProcess(), ANA, { store_name: 'Gatehouse' }, CLIENT)).toEqual(unchanged);
    expect(await changeSettings(openProcess(), ANA, {}, CLIENT)).toEqual(unchanged);
    expect(await rows()).toEqual([]);
    const form = { shown_store_name: 'Gatehouse', store_name: 'Corner Shop' };
    const twice = await Promise.all([1, 2, 3].map(() => changeSettings(openProcess(), ANA, form, CLIENT)));
    expect(twice.map((outcome) => outcome.ok || outcome.problem).sort()).toEqual([
      true,
      'unchanged',
      'unchanged',
    ]);
    expect(await rows()).toHaveLength(1);
  });

  test('back to a default keeps nothing of it', async () => {
    await changeSettings(openProcess(), ANA, { store_name: 'Corner Shop' }, CLIENT);
    await changeSettings(openProcess(), ANA, { store_name: 'Gatehouse' }, CLIENT);
    expect(await readSettings(database.db)).toMatchObject({ version: 3, values: {} });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no name', { store_name: ' \n ' }, SETTINGS_FORM_TEXTS.name],
    ['a long name', { store_name: 'x'.repeat(61) }, 'Use at most 60 characters.'],
    ['a line end in the name', { store_name: 'Shop\r\nBcc: all@example.org' }, SETTINGS_FORM_TEXTS.nameLine],
    ['another line end in the name', { store_name: 'Shop\u2028x' }, SETTINGS_FORM_TEXTS.nameLine],
    ['a name that nobody can see', { store_name: '\u200b\u2060' }, SETTINGS_FORM_TEXTS.name],
    ['a name that turns what stands behind it', { store_name: 'Shop\u202e' }, SETTINGS_FORM_TEXTS.nameLine],
    ['no membership', { membership: 'closed' }, SETTINGS_FORM_TEXTS.choice],
    ['several', { membership: ['open', 'approval'] }, SETTINGS_FORM_TEXTS.choice],
    ['no requirement', { require_2fa: '' }, SETTINGS_FORM_TEXTS.choice],
    ['no address', { support_address: 'help' }, SETTINGS_FORM_TEXTS.address],
    ['two addresses', { support_address: 'a@example.org,b@example.org' }, SETTINGS_FORM_TEXTS.address],
    [
      'more than an address',
      { support_address: 'a@example.org?bcc=b@example.org' },
      SETTINGS_FORM_TEXTS.address,
    ],
    ['a long address', { support_address: `${'a'.repeat(250)}@example.org` }, SETTINGS_FORM_TEXTS.address],
    ['a long text', { door_text: 'x'.repeat(501) }, ACTIONS_TEXTS.reasonLength],
    ['a bell in the text', { door_text: 'Ring\u0007' }, SETTINGS_FORM_TEXTS.doorCharacters],
  ])('refuses %s', async (_what, input, message) => {
    const outcome = await changeSettings(openProcess(), ANA, { door_text: 'fine', ...input }, CLIENT);
    expect(outcome).toEqual({
      ok: false,
      problem: 'invalid',
      errors: { [Object.keys(input)[0] as string]: message },
    });
    expect(await readSettings(database.db)).toMatchObject({ version: 1, values: {} });
  });

  test('takes what is as long as it may be, counted as a browser counts it', async () => {
    const door = `${'x\r\n'.repeat(249)}xx`;
    const input = { store_name: 'x'.repeat(60), door_text: door };
    expect(await changeSettings(openProcess(), ANA, input, CLIENT)).toMatchObject({ ok: true });
    expect((await readCurrentSettings(openProcess())).values.doorText).toHaveLength(500);
  });

  test.each(['user', 'moderator'] as const)('is nothing for the role %s (ASVS 8.2.1)', async (role) => {
    const outcome = await changeSettings(openProcess(), { id: 3, role }, { membership: 'approval' }, CLIENT);
    expect(outcome).toEqual({ ok: false, problem: 'not-allowed' });
    expect(await readSettings(database.db)).toMatchObject({ version: 1 });
  });

  test('leaves what the environment fixes, whatever is sent', async () => {
    const store = openProcess({ storeName: 'Fixed', require2fa: 'all' });
    const outcome = await changeSettings(
      store,
      ANA,
      { store_name: '', require_2fa: 'none', membership: 'verified', shown_store_name: 'Gatehouse' },
      CLIENT,
    );
    expect(outcome).toMatchObject({ ok: false, problem: 'changed-meanwhile' });
    const again = { store_name: '', require_2fa: 'none', membership: 'verified' };
    expect(await changeSettings(store, ANA, again, CLIENT)).toMatchObject({ ok: true });
    expect(store.settings).toMatchObject({ storeName: 'Fixed', require2fa: 'all', membership: 'verified' });
    expect(await readSettings(database.db)).toMatchObject({ values: { membership: 'verified' } });
  });
});

describe('of two admins with the same form', () => {
  const shown = Object.fromEntries([
    ['shown_store_name', DEFAULT_SETTINGS.storeName],
    ['shown_membership', DEFAULT_SETTINGS.membership],
    ['shown_door_text', 'One\r\ntwo'],
  ]);
  beforeEach(async () => {
    await changeSettings(openProcess(), ANA, { door_text: 'One\ntwo' }, CLIENT);
  });

  test('the second is told what the first changed, and keeps what was typed', async () => {
    const first = { ...shown, store_name: 'Corner Shop', membership: 'open', door_text: 'One\r\ntwo' };
    expect(await changeSettings(openProcess(), ANA, first, CLIENT)).toMatchObject({ ok: true });
    const second = { ...shown, store_name: 'Gatehouse', membership: 'approval', door_text: 'Three' };
    expect(await changeSettings(openProcess(), BEN, second, CLIENT)).toEqual({
      ok: false,
      problem: 'changed-meanwhile',
      current: {
        values: { ...DEFAULT_SETTINGS, storeName: 'Corner Shop', doorText: 'One\ntwo' },
        changedAt: NOW,
        changedBy: ANA.id,
      },
      changes: [{ setting: 'storeName', from: 'Gatehouse', to: 'Corner Shop' }],
      values: { ...DEFAULT_SETTINGS, storeName: 'Corner Shop', membership: 'approval', doorText: 'Three' },
    });
    expect((await readCurrentSettings(openProcess())).values.membership).toBe('open');
  });

  test('who save at the same instant one is first, and nothing is mixed', async () => {
    const outcomes = await Promise.all([
      changeSettings(openProcess(), ANA, { ...shown, store_name: 'By Ana', membership: 'verified' }, CLIENT),
      changeSettings(openProcess(), BEN, { ...shown, store_name: 'By Ben', membership: 'approval' }, CLIENT),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const { values, changedBy } = await readCurrentSettings(openProcess());
    expect([values.storeName, values.membership]).toEqual(
      changedBy === ANA.id ? ['By Ana', 'verified'] : ['By Ben', 'approval'],
    );
    expect(await rows()).toHaveLength(2);
  });
});
