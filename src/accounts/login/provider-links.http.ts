import type { Request } from 'express';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext } from '../account-context.ts';

type Providers = AccountContext['config']['providers'];
type Clocked = Pick<AccountContext, 'clock'>;

/** What somebody goes to a provider for. An answer to one is none to another. */
export type Purpose = 'login' | 'link' | 'recent-login';

/** How long a member's link to a provider works, in milliseconds. */
const LIFETIME = 10 * MINUTE;

declare module 'express-session' {
  interface SessionData {
    /** The links to providers that pages of ours show a member: by purpose, the hash of what stands in them. */
    providerTickets?: Partial<Record<Purpose, { hash: string; at: number }>>;
  }
}

interface ProviderLink {
  name: string;
  url: string;
}

/** The links of the login and register pages. Anybody may follow them: all they do is ask the provider who it is. */
export function loginLinks(providers: Providers): ProviderLink[] {
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
  providers: Providers,
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
    return clock() - ticket.at < LIFETIME ? purpose : undefined;
  }
  return undefined;
}
