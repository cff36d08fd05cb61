/** Who is in after registering: everybody; who confirmed the address; whom an admin let in. */
export const MEMBERSHIPS = ['open', 'verified', 'approval'] as const;
export type Membership = (typeof MEMBERSHIPS)[number];

/** Who must have a second factor: nobody, moderators and admins before any page of the back office, everybody. */
export const TWO_FACTOR_REQUIREMENTS = ['none', 'staff', 'all'] as const;
export type TwoFactorRequirement = (typeof TWO_FACTOR_REQUIREMENTS)[number];

/** What admins may change while the store runs. */
export interface StoreSettings {
  readonly storeName: string;
  readonly membership: Membership;
  readonly require2fa: TwoFactorRequirement;
  /** Where members who need help write to; empty for nowhere. */
  readonly supportAddress: string;
  /** What stands beside the forms at the door; empty for nothing. */
  readonly doorText: string;
}

export const DEFAULT_SETTINGS: StoreSettings = {
  storeName: 'Gatehouse',
  membership: 'open',
  require2fa: 'staff',
  supportAddress: '',
  doorText: '',
};

export const LONGEST_STORE_NAME = 60;
export const LONGEST_DOOR_TEXT = 500;

/**
 * Line ends, what is no character to read, and marks that turn the direction of what stands behind them: they would
 * change what a line of a mail, a page or an app means.
 */
export const CONTROL_CHARACTERS = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Those that the environment fixes: there an admin cannot change them. */
export type FixedSettings = Partial<Pick<StoreSettings, 'storeName' | 'membership' | 'require2fa'>>;
