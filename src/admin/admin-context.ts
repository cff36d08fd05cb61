import type { Logger } from 'pino';
import type { AccountContext } from '../accounts/account-context.ts';
import type { LiveSettings } from '../settings/live-settings.ts';

/** What the back office works with; the app's context has it all. */
export interface AdminContext extends AccountContext {
  config: AccountContext['config'] & { smtpUrl: string | undefined };
  settings: LiveSettings;
  logger: Logger;
}
