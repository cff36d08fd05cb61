import type { Request } from 'express';
import { MINUTE } from '../../shared/clock.ts';
import type { AccountContext } from '../account-context.ts';
import type { ProvenIdentity } from '../credentials/identities.ts';

/** How long somebody may take over the first form after a provider, in milliseconds. */
const LIFETIME = 10 * MINUTE;

declare module 'express-session' {
  interface SessionData {
    /**
     * Somebody who has come from a provider for the first time, and says next who they want to be here; when they have,
     * what came of it. In UTC milliseconds.
     */
    newIdentity?: { identity: ProvenIdentity; at: number; done?: 'joined' | 'linked' };
  }
}

/** Who came from a provider for the first time in this session, within the last ten minutes. */
export function newIdentityOf(
  { clock }: Pick<AccountContext, 'clock'>,
  req: Request,
): ProvenIdentity | undefined {
  const { newIdentity } = req.session;
  return newIdentity && clock() - newIdentity.at < LIFETIME ? newIdentity.identity : undefined;
}
