import type { AccountContext } from '../../accounts/account-context.ts';
import type { Config } from '../../config/config.ts';
import type { LiveSettings } from '../../settings/live-settings.ts';

/** What the back office works with; the app's context has it all. */
export interface AdminContext extends AccountContext {
  config: Config;
  settings: LiveSettings;
}
