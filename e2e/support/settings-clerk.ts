import { expect } from 'playwright/test';
import { paths } from '../../src/paths.ts';
import { SETTING_FIELDS, SETTING_NAMES } from '../../src/settings/settings-form.ts';
import { DEFAULT_SETTINGS } from '../../src/settings/store-settings.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import type { Members } from './members.ts';
import type { Store } from './server.ts';

/** Who changes settings while somebody else is looked at. */
export const CLERK = 'admin-clerk';

/** An admin with a browser that nobody sees. */
export class SettingsClerk {
  readonly #visitor: Visitor;

  private constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  static async logIn(store: Store, members: Members): Promise<SettingsClerk> {
    const visitor = new Visitor(store.url);
    const { password } = await members.get(CLERK);
    await members.change(CLERK, { twoFactorSince: null });
    await visitor.logIn(CLERK, password);
    await members.change(CLERK, { twoFactorSince: Date.now() });
    return new SettingsClerk(visitor);
  }

  /** Changes settings; what is not given stays as it is. */
  async change(values: Record<string, string>): Promise<void> {
    const { status } = await this.#visitor.submit(paths.settings(), values);
    expect(status, 'the answer to changed settings').toBe(303);
  }

  /** Sets everything as it was at first. */
  async reset(): Promise<void> {
    const defaults = SETTING_NAMES.map((name) => [SETTING_FIELDS[name], DEFAULT_SETTINGS[name]]);
    await this.change(Object.fromEntries(defaults));
  }
}
