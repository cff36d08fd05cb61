import { type AuditEvent, record } from '../audit/audit.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { canChangeSettings, type RoleHolder } from '../permissions.ts';
import type { Clock } from '../shared/clock.ts';
import type { FieldErrors } from '../shared/validation.ts';
import type { LiveSettings } from './live-settings.ts';
import { lockSettings, readSettings, replaceSettings, type StoredSettings } from './settings.table.ts';
import { readSettingsForm, SETTING_NAMES, type SettingName } from './settings-form.ts';
import { DEFAULT_SETTINGS, type FixedSettings, type StoreSettings } from './store-settings.ts';

export interface SettingChange {
  setting: SettingName;
  from: string;
  to: string;
}

/** The settings as the database and the environment have them, and who changed them last. */
export interface CurrentSettings extends Pick<StoredSettings, 'changedAt' | 'changedBy'> {
  values: StoreSettings;
}

type SettingsOutcome =
  | { ok: true; changes: SettingChange[] }
  | { ok: false; problem: 'not-allowed' | 'unchanged' }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  | {
      ok: false;
      problem: 'changed-meanwhile';
      current: CurrentSettings;
      /** What somebody else has changed since the form was shown. */
      changes: SettingChange[];
      /** The form for another try: what was typed and, where nothing was, what is set now. */
      values: StoreSettings;
    };

interface SettingsContext {
  db: Database;
  clock: Clock;
  settings: LiveSettings;
}

export async function readCurrentSettings(
  context: Pick<SettingsContext, 'db' | 'settings'>,
): Promise<CurrentSettings> {
  return currentOf(await readSettings(context.db), context.settings.fixed);
}

/**
 * Changes the store's settings, in one transaction with its audit row; this process knows them at once, others within
 * a second. What is not sent stays as it is, and so does what the environment fixes, whatever is sent. Who sends a
 * form after somebody else changed something is told first.
 *
 * @param input the form: the fields of SETTING_FIELDS, and for each, what it was when the form was shown
 */
export async function changeSettings(
  context: SettingsContext,
  admin: RoleHolder & { id: number },
  input: Record<string, unknown>,
  client: NonNullable<AuditEvent['client']>,
): Promise<SettingsOutcome> {
  if (!canChangeSettings(admin)) return { ok: false, problem: 'not-allowed' };
  const { fixed } = context.settings;
  const sent = readSettingsForm(input, fixed);
  if (!sent.ok) return { ...sent, problem: 'invalid' };
  const { typed, shown } = sent.values;

  const outcome = await inTransaction(context.db, async (trx): Promise<SettingsOutcome> => {
    const stored = await lockSettings(trx);
    const current = currentOf(stored, fixed);
    const wanted = { ...current.values, ...typed };
    const changes = changesBetween(current.values, wanted);
    if (changes.length === 0) return { ok: false, problem: 'unchanged' };

    const meanwhile = changesBetween({ ...current.values, ...shown }, current.values);
    if (meanwhile.length > 0) {
      const untouched = SETTING_NAMES.filter((name) => wanted[name] === shown[name]);
      const now = Object.fromEntries(untouched.map((name) => [name, current.values[name]]));
      return {
        ok: false,
        problem: 'changed-meanwhile',
        current,
        changes: meanwhile,
        values: { ...wanted, ...now },
      };
    }

    const now = context.clock();
    const changed = Object.fromEntries(changes.map(({ setting, to }) => [setting, to]));
    const values = { ...stored.values, ...changed };
    const change = { values: unlessDefault(values), changedAt: now, changedBy: admin.id };
    if (!(await replaceSettings(trx, stored.version, change)))
      throw new Error('Locked settings have changed.');
    await record(trx, now, {
      action: 'settings.changed',
      actor: { kind: 'member', id: admin.id },
      client,
      details: Object.fromEntries(changes.map(({ setting, from, to }) => [setting, { from, to }])),
    });
    return { ok: true, changes };
  });
  if (outcome.ok) await context.settings.reload();
  return outcome;
}

function currentOf({ values, changedAt, changedBy }: StoredSettings, fixed: FixedSettings): CurrentSettings {
  return { values: { ...DEFAULT_SETTINGS, ...values, ...fixed }, changedAt, changedBy };
}

function changesBetween(
  before: Record<SettingName, string>,
  after: Record<SettingName, string>,
): SettingChange[] {
  return SETTING_NAMES.filter((name) => before[name] !== after[name]).map((setting) => ({
    setting,
    from: before[setting],
    to: after[setting],
  }));
}

function unlessDefault(values: Partial<StoreSettings>): Partial<StoreSettings> {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== DEFAULT_SETTINGS[name as SettingName]),
  );
}
