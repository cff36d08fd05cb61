import type { Logger } from 'pino';
import type { AccountContext } from '../account-context.ts';
import type { Providers } from './providers.ts';

/** What the pages work with that ask providers; the app's context has it all. */
export interface FederationContext extends AccountContext {
  providers: Providers;
  logger: Pick<Logger, 'warn'>;
}
