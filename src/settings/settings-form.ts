import { z } from 'zod';
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
export const LONGEST_ADDRESS = 254;

export type SettingName = keyof StoreSettings;

/** The settings, and the fields of the form that are about them. */
export const SETTING_FIELDS = {
  storeName: 'store_name',
  membership: 'membership',
  require2fa: 'require_2fa',
  supportAddress: 'support_address',
  doorText: 'door_text',
} as const satisfies Record<SettingName, string>;

export const SETTING_NAMES = Object.keys(SETTING_FIELDS) as SettingName[];

/** The field that tells what a setting was when the form was shown. */
export function shownField(name: SettingName): string {
  return `shown_${SETTING_FIELDS[name]}`;
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

/** The form as it was sent: both without what was not sent, and the first without what the environment fixes. */
export interface SentSettings {
  typed: Partial<StoreSettings>;
  /** What the form said when it was shown; also what no setting could be. */
  shown: Partial<Record<SettingName, string>>;
}

export function readSettingsForm(
  input: Record<string, unknown>,
  fixed: FixedSettings,
): Checked<SentSettings> {
  const free = SETTING_NAMES.filter((name) => !(name in fixed));
  const read = checkInput(
    form,
    collect(free, (name) => [SETTING_FIELDS[name], input[SETTING_FIELDS[name]]]),
  );
  if (!read.ok) return read;
  const typed = collect(free, (name) => [name, read.values[SETTING_FIELDS[name]]]);
  const shown = collect(SETTING_NAMES, (name) => {
    const value = input[shownField(name)];
    return [name, typeof value === 'string' ? withLineFeeds(value) : undefined];
  });
  return { ok: true, values: { typed, shown } };
}

function collect<Value>(
  names: readonly SettingName[],
  entryOf: (name: SettingName) => [string, Value | undefined],
): Record<string, Value> {
  return Object.fromEntries(
    names.map(entryOf).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}
