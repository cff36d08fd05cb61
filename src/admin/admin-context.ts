import type { Logger } from 'pino';
import type { AccountContext } from '../accounts/account-context.ts';
import type { LiveSettings } from '../settings/live-settings.ts';
import type { Environment } from './settings/environment.ts';

/** What the back office works with; the app's context has it all. */
export interface AdminContext extends AccountContext {
  config: AccountContext['config'] & Environment;
  settings: LiveSettings;
  logger: Logger;
}
