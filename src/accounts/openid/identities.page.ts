import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { findIdentity, type Identity, listIdentities } from '../credentials/identities.table.ts';
import { providerOf } from '../credentials/identities.ts';
import { canRemoveLoginMethod } from '../credentials/login-methods.ts';
import { memberLinks } from '../login/provider-links.http.ts';
import { signedIn } from '../signed-in.http.ts';
import { unlink } from './identity-login.ts';
import type { OpenidContext } from './providers.ts';

export const TEXTS = {
  title: 'Other ways to log in',
  connect: (name: string) => `Connect ${name}?`,
  disconnect: (name: string) => `Disconnect ${name}?`,
  disconnected: (name: string) =>
    `${name} was disconnected. Your other devices and programs were logged out.`,
  last: 'Nothing else would be left to log in by. Set a password or add a passkey first.',
  neverUsed: 'never',
};

export function identitiesPage(context: OpenidContext) {
  const { db, config } = context;
  const words = (time: number) => formatMoment(time, config.storeLocale);

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

  const refuse = (req: Request, res: Response) =>
    seeOther(req, res, paths.identities(), { error: TEXTS.last });

  return {
    list: signedIn(async (_req, res, user) => {
      const identities = await listIdentities(db, user.id);
      const connected = new Set(identities.map((identity) => providerOf(config, identity)));
      return res.page('accounts/openid/identities', {
        title: TEXTS.title,
        section: 'account',
        identities: identities.map(viewOf),
        others: config.providers
          .filter((provider) => !connected.has(provider))
          .map(({ slug, name }) => ({ name, url: paths.newMemberIdentity(slug) })),
      });
    }),

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

    showRemoval: signedIn(async (req, res, user) => {
      const id = idParam(req);
      const identity = await findIdentity(db, user.id, id);
      if (!identity) throw new Problem(404);
      if (!(await canRemoveLoginMethod(db, context, user.id, { kind: 'identity', id })))
        return refuse(req, res);
      const view = viewOf(identity);
      return res.page('accounts/openid/disconnect', {
        title: TEXTS.disconnect(view.name),
        section: 'account',
        identity: view,
      });
    }),

    async remove(req: Request, res: Response): Promise<void> {
      const unlinking = await unlink(context, changeBy(req), idParam(req));
      if (unlinking.ok)
        return seeOther(req, res, paths.identities(), { success: TEXTS.disconnected(unlinking.provider) });
      if (unlinking.problem === 'unknown') throw new Problem(404);
      return refuse(req, res);
    },
  };
}
