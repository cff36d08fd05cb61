import type { User } from '../../accounts/users.table.ts';
import { SETTING_FIELDS, SETTING_NAMES, type SettingName } from '../../settings/settings-form.ts';
import {
  type FixedSettings,
  LONGEST_DOOR_TEXT,
  LONGEST_STORE_NAME,
  type Membership,
  type TwoFactorRequirement,
} from '../../settings/store-settings.ts';
import { shownField } from '../../shared/edit-conflict.ts';
import { type FieldSpec, hiddenFields } from '../../web/forms.ts';

export const TEXTS = {
  fixed: (variable: string) => `Set by ${variable} in the environment: to be changed there.`,
  noFactor: 'You have none yourself: you would be led to set one up at your next page.',
  nothing: 'nothing',
};

const MEMBERSHIP_LABELS: Record<Membership, string> = {
  open: 'Open: whoever registers is in',
  verified: 'Verified: who has confirmed the e-mail address',
  approval: 'Approval: whom an administrator lets in',
};

const TWO_FACTOR_LABELS: Record<TwoFactorRequirement, string> = {
  none: 'Nobody has to',
  staff: 'Moderators and administrators',
  all: 'Everybody',
};

const optionsOf = (labels: Record<string, string>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

const SPECS: Record<SettingName, FieldSpec> = {
  storeName: {
    label: 'Store name',
    maxlength: LONGEST_STORE_NAME,
    hint: 'Stands on every page, in mails and in authenticator apps. Nobody can use it in a password.',
    autocomplete: 'off',
  },
  membership: {
    label: 'Who is in after registering',
    type: 'select',
    options: optionsOf(MEMBERSHIP_LABELS),
    hint: 'Counts at the next request. With “verified”, members who have not confirmed their address are out until they do. With “approval”, who registers from then on waits for an administrator’s yes; without it, whoever waits is in.',
  },
  require2fa: {
    label: 'Who must have a second factor',
    type: 'select',
    options: optionsOf(TWO_FACTOR_LABELS),
    hint: 'Counts at the next request: who must have one and has none is led to set it up first, staff before any page of the back office.',
  },
  supportAddress: {
    label: 'Address for help',
    type: 'email',
    required: false,
    hint: 'An e-mail address that members may write to. Stands at the foot of every page and mail; empty for none.',
    autocomplete: 'off',
  },
  doorText: {
    label: 'Text at the door',
    type: 'textarea',
    required: false,
    rows: 5,
    maxlength: LONGEST_DOOR_TEXT,
    hint: 'Stands above the forms to log in and to register, for everybody to read: who may join, or when you are closed. Plain text, at most 500 characters.',
  },
};

const VARIABLES: Record<keyof FixedSettings, string> = {
  storeName: 'STORE_NAME',
  membership: 'MEMBERSHIP',
  require2fa: 'REQUIRE_2FA',
};

/** The settings' form for one admin; beside each field, unseen, what the setting was when it was shown. */
export function settingSpecs(
  fixed: FixedSettings,
  admin: Pick<User, 'twoFactorSince'>,
): Record<string, FieldSpec> {
  const specOf = (name: SettingName): FieldSpec => {
    const spec = SPECS[name];
    if (name in fixed)
      return { ...spec, fixed: true, hint: TEXTS.fixed(VARIABLES[name as keyof FixedSettings]) };
    if (name !== 'require2fa' || admin.twoFactorSince !== null) return spec;
    return { ...spec, hint: `${spec.hint} ${TEXTS.noFactor}` };
  };
  const specs = SETTING_NAMES.map((name) => [SETTING_FIELDS[name], specOf(name)]);
  return {
    ...Object.fromEntries(specs),
    ...hiddenFields(SETTING_NAMES.map((name) => shownField(SETTING_FIELDS[name]))),
  };
}

export function settingLabel(name: SettingName): string {
  return SPECS[name].label;
}

export function formatSetting(name: SettingName, value: string): string {
  const option = SPECS[name].options?.find((offered) => offered.value === value);
  return option?.label ?? (value === '' ? TEXTS.nothing : value);
}
