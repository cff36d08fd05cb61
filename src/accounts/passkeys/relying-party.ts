import type { AccountContext } from '../account-context.ts';

/**
 * Who the store is for passkeys (WebAuthn Level 3, 4: relying party), by PUBLIC_URL alone. Passkeys hang on its
 * host name: a store that moves to another name has to ask its members for new ones.
 */
export function relyingPartyOf({ config, settings }: Pick<AccountContext, 'config' | 'settings'>) {
  return { rpID: config.publicUrl.hostname, rpName: settings.storeName, origin: config.publicUrl.origin };
}
