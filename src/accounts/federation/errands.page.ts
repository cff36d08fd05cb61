import type { Request } from 'express';
import { MINUTE } from '../../clock.ts';
import { paths } from '../../paths.ts';
import { hashToken, makeToken } from '../../tokens.ts';
import type { AccountContext } from '../account-context.ts';
import type { ProvenIdentity } from './identity.ts';
import type { Provider } from './providers.ts';

type Clocked = Pick<AccountContext, 'clock'>;

/** What somebody goes to a provider for. An answer to one is none to another. */
export type Purpose = 'login' | 'link' | 'recent-login';

/** How long somebody may take at the provider, or over the first form after it, in milliseconds. */
export const ERRAND_LIFETIME = 10 * MINUTE;

declare module 'express-session' {
  interface SessionData {
    /** The ways to a provider that pages of ours offer a member: by purpose, the hash of what stands in their links. */
    providerTickets?: Partial<Record<Purpose, { hash: string; at: number }>>;
    /** Somebody who is at a provider now: what for, and who was logged in. In UTC milliseconds. */
    atProvider?: { provider: string; purpose: Purpose; userId: number | null; at: number };
    /**
     * Somebody who has come from a provider for the first time, and says next who they want to be here; when they have,
     * what came of it.
     */
    newIdentity?: { identity: ProvenIdentity; at: number; done?: 'joined' | 'linked' };
  }
}

/** A way to a provider, as a link on a page. */
export interface ProviderLink {
  name: string;
  url: string;
}

/** The links of the login and register pages. Anybody may follow them: all they do is ask the provider who it is. */
export function loginLinks(providers: readonly Provider[]): ProviderLink[] {
  return providers.map(({ slug, name }) => ({ name, url: paths.providerLogin(slug) }));
}

/**
 * Makes the links by which a member goes to a provider for something else. They work once, in this session, within ten
 * minutes: another site can send a browser to the provider, but not in the name of this page.
 */
export function memberLinks(
  { clock }: Clocked,
  req: Request,
  purpose: Exclude<Purpose, 'login'>,
  providers: readonly Provider[],
): ProviderLink[] {
  if (providers.length === 0) return [];
  const token = makeToken();
  req.session.providerTickets = {
    ...req.session.providerTickets,
    [purpose]: { hash: hashToken(token), at: clock() },
  };
  return providers.map(({ slug, name }) => ({ name, url: `${paths.providerLogin(slug)}?for=${token}` }));
}

/** What a member may go to a provider for by the link that was followed; undefined when it is none of ours. */
export function takeTicket({ clock }: Clocked, req: Request): Exclude<Purpose, 'login'> | undefined {
  const hash = hashToken(String(req.query.for ?? ''));
  for (const purpose of ['link', 'recent-login'] as const) {
    const ticket = req.session.providerTickets?.[purpose];
    if (ticket?.hash !== hash) continue;
    delete req.session.providerTickets?.[purpose];
    return clock() - ticket.at < ERRAND_LIFETIME ? purpose : undefined;
  }
  return undefined;
}

/** Notes what somebody is at a provider for; only the last errand of a session can still be answered. */
export function beginErrand({ clock }: Clocked, req: Request, { slug }: Provider, purpose: Purpose): void {
  req.session.atProvider = { provider: slug, purpose, userId: req.user?.id ?? null, at: clock() };
}

/**
 * Takes the errand that an answer from this provider may be for, once.
 *
 * @returns undefined when nobody of this session is there, too long ago, or somebody else is logged in by now
 */
export function takeErrand({ clock }: Clocked, req: Request, { slug }: Provider): Purpose | undefined {
  const { atProvider: errand } = req.session;
  if (errand?.provider !== slug) return undefined;
  delete req.session.atProvider;
  const inTime = clock() - errand.at < ERRAND_LIFETIME;
  return inTime && errand.userId === (req.user?.id ?? null) ? errand.purpose : undefined;
}

/** Who came from a provider for the first time in this session, within the last ten minutes. */
export function newIdentityOf({ clock }: Clocked, req: Request): ProvenIdentity | undefined {
  const { newIdentity } = req.session;
  return newIdentity && clock() - newIdentity.at < ERRAND_LIFETIME ? newIdentity.identity : undefined;
}
