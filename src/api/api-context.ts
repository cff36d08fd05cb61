import type { TokenContext } from '../accounts/api-tokens/token-keys.ts';

/** What the APIs work with; the app's context has it all. */
export type ApiContext = TokenContext;
