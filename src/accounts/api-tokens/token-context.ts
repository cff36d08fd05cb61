import type { AccountContext } from '../account-context.ts';
import type { TokenKeys } from './token-keys.ts';

/** What the rules work with that make and read tokens; the app's context has it all. */
export interface TokenContext extends AccountContext {
  tokenKeys: TokenKeys;
}
