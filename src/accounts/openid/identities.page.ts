import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import { flash } from '../../web/flash.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { findIdentity, type Identity, listIdentities } from '../credentials/identities.table.ts';
import { providerOf } from '../credentials/identities.ts';
import { canRemoveLoginMethod } from '../credentials/login-methods.ts';
import { memberLinks } from '../login/provider-links.http.ts';
import { unlink } from './identity-links.ts';
import type { FederationContext } from './openid-context.ts';

export const TEXTS = {
  title: 'Other ways to log in',
  connect: (name: string) => `Connect ${name}?`,
  disconnect: (name: string) => `Disconnect ${name}?`,
  disconnected: (name: string) =>
    `${name} was disconnected. Your other devices and programs were logged out.`,
  last: 'Nothing else would be left to log in by. Set a password or add a passkey first.',
  neverUsed: 'never',
};

/** A member's identities at providers: the list, a new one, the end of one. */
export function identitiesPage(context: FederationContext) {
  const { db, config } = context;
  const words = (time: number) => formatMoment(time, config.storeLocale);
  const member = (req: Request) => changeBy(req);

  function viewOf(identity: Identity) {
    const { id, label, issuer, createdAt, lastUsedAt } = identity;
    const provider = providerOf(config, identity);
    return {
      name: provider?.name ?? issuer,
      unknown: provider === undefined,
      label,
      linked: words(createdAt),
      lastUsed: lastUsedAt === null ? TEXTS.neverUsed : words(lastUsedAt),
      removeUrl: paths.removeIdentity(id),
    };
  }

  /** The identity that a path names; another member's is none. */
  async function identityOf(req: Request): Promise<Identity> {
    const identity = await findIdentity(db, member(req).user.id, idParam(req));
    if (!identity) throw new Problem(404);
    return identity;
  }

  function refuse(req: Request, res: Response) {
    flash(req, 'error', TEXTS.last);
    return seeOther(req, res, paths.identities());
  }

  return {
    async list(req: Request, res: Response): Promise<void> {
      const identities = await listIdentities(db, member(req).user.id);
      const connected = new Set(identities.map((identity) => providerOf(config, identity)));
      return res.page('accounts/openid/identities', {
        title: TEXTS.title,
        section: 'account',
        identities: identities.map(viewOf),
        others: config.providers
          .filter((provider) => !connected.has(provider))
          .map(({ slug, name }) => ({ name, url: paths.newMemberIdentity(slug) })),
      });
    },

    /** Says what connecting means, and shows the way to the provider: a link, which forms cannot be (CSP, form-action). */
    async showConnecting(req: Request, res: Response): Promise<void> {
      const provider = context.providers.find(String(req.params.provider));
      if (!provider) throw new Problem(404);
      const [link] = memberLinks(context, req, 'link', [provider]);
      return res.page('accounts/openid/connect', {
        title: TEXTS.connect(provider.name),
        section: 'account',
        provider: provider.name,
        url: link?.url,
      });
    },

    async showRemoval(req: Request, res: Response): Promise<void> {
      const identity = await identityOf(req);
      const way = { kind: 'identity', id: identity.id } as const;
      if (!(await canRemoveLoginMethod(db, context, member(req).user.id, way))) return refuse(req, res);
      const view = viewOf(identity);
      return res.page('accounts/openid/disconnect', {
        title: TEXTS.disconnect(view.name),
        section: 'account',
        identity: view,
      });
    },

    async remove(req: Request, res: Response): Promise<void> {
      const { id } = await identityOf(req);
      const unlinking = await unlink(context, member(req), id);
      if (!unlinking.ok && unlinking.problem === 'last') return refuse(req, res);
      if (!unlinking.ok) throw new Problem(404);
      flash(req, 'success', TEXTS.disconnected(unlinking.provider));
      await seeOther(req, res, paths.identities());
    },
  };
}
