import type { Logger } from 'pino';
import type { TokenContext } from '../accounts/api-tokens/token-keys.ts';

/** What the APIs work with; the app's context has it all. */
export interface ApiContext extends TokenContext {
  logger: Logger;
}
