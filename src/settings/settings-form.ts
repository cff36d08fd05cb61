import { z } from 'zod';
import { shownField } from '../shared/edit-conflict.ts';
import { type Checked, checkInput, VISIBLE } from '../shared/validation.ts';
import {
  CONTROL_CHARACTERS,
  type FixedSettings,
  LONGEST_DOOR_TEXT,
  LONGEST_STORE_NAME,
  MEMBERSHIPS,
  type StoreSettings,
  TWO_FACTOR_REQUIREMENTS,
} from './store-settings.ts';

export const TEXTS = {
  name: 'Give the store a name.',
  nameLength: `Use at most ${LONGEST_STORE_NAME} characters.`,
  nameLine: 'Use one line, without control characters.',
  choice: 'Choose one of these.',
  address: 'Enter an e-mail address such as help@example.org, or none.',
  doorLength: `Use at most ${LONGEST_DOOR_TEXT} characters.`,
  doorCharacters: 'Use no control characters.',
};

/** The longest address that SMTP carries (RFC 5321, 4.5.3.1.3, less the angle brackets). */
const LONGEST_ADDRESS = 254;

export type SettingName = keyof StoreSettings;

export const SETTING_FIELDS = {
  storeName: 'store_name',
  membership: 'membership',
  require2fa: 'require_2fa',
  supportAddress: 'support_address',
  doorText: 'door_text',
} as const satisfies Record<SettingName, string>;

export const SETTING_NAMES = Object.keys(SETTING_FIELDS) as SettingName[];

/** Settings by the fields of the form. */
export function fieldsOf(settings: Partial<StoreSettings>): Record<string, string> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [SETTING_FIELDS[name as SettingName], value]));
}

const isAddress = (text: string) => z.email().max(LONGEST_ADDRESS).safeParse(text).success;
const isPlainText = (text: string) => !CONTROL_CHARACTERS.test(text.replaceAll(/[\n\t]/g, ''));
/** Browsers send line ends as CRLF. */
const withLineFeeds = (text: string) => text.replaceAll(/\r\n?/g, '\n');

const form = z.object({
  store_name: z
    .string()
    .trim()
    .regex(VISIBLE, TEXTS.name)
    .max(LONGEST_STORE_NAME, TEXTS.nameLength)
    .refine((text) => !CONTROL_CHARACTERS.test(text), TEXTS.nameLine)
    .optional(),
  membership: z.enum(MEMBERSHIPS, TEXTS.choice).optional(),
  require_2fa: z.enum(TWO_FACTOR_REQUIREMENTS, TEXTS.choice).optional(),
  support_address: z
    .string()
    .trim()
    .refine((text) => text === '' || isAddress(text), TEXTS.address)
    .optional(),
  door_text: z
    .string()
    .trim()
    .transform(withLineFeeds)
    .pipe(z.string().max(LONGEST_DOOR_TEXT, TEXTS.doorLength).refine(isPlainText, TEXTS.doorCharacters))
    .optional(),
});

/**
 * Reads what was sent of the form: what was typed, but for what the environment fixes, and what the form said when it
 * was shown, also where no setting could be that.
 */
export function readSettingsForm(
  input: Record<string, unknown>,
  fixed: FixedSettings,
): Checked<{ typed: Partial<StoreSettings>; shown: Partial<Record<SettingName, string>> }> {
  const free = SETTING_NAMES.filter((name) => !(name in fixed)).map((name) => SETTING_FIELDS[name]);
  const read = checkInput(form, Object.fromEntries(free.map((field) => [field, input[field]])));
  if (!read.ok) return read;
  const shown = byName((field) => {
    const value = input[shownField(field)];
    return typeof value === 'string' ? withLineFeeds(value) : undefined;
  });
  return { ok: true, values: { typed: byName((field) => read.values[field]), shown } };
}

function byName(readField: (field: keyof z.output<typeof form>) => string | undefined) {
  const values = SETTING_NAMES.map((name) => [name, readField(SETTING_FIELDS[name])]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}
