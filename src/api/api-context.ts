import type { Logger } from 'pino';
import type { AccountContext } from '../accounts/account-context.ts';

/** What the APIs work with; the app's context has it all. */
export interface ApiContext extends AccountContext {
  logger: Logger;
}
