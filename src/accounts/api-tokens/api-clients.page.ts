import type { Response } from 'express';
import { paths } from '../../paths.ts';
import { agoView, dayView, momentView } from '../../shared/format/dates.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { hasPassword } from '../credentials/login-methods.ts';
import { listPersonalTokensOf, type PersonalToken } from '../credentials/personal-tokens.table.ts';
import { listFamiliesOf, type TokenFamily } from '../credentials/token-families.table.ts';
import { signedIn } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import { logOutClient, logOutClients } from './client-login.ts';
import { formatClient } from './format-client.ts';
import { readScopes, SCOPES } from './scopes.ts';

export const TEXTS = {
  title: 'Programs',
  gone: 'That program is not logged in any more.',
  end: {
    title: (program: string) => `Log out ${program}?`,
    explain: 'It can do nothing more as you until you log it in again.',
    button: 'Log it out',
    done: 'The program was logged out.',
  },
  endAll: {
    title: 'Log out all programs?',
    explain: (count: number) =>
      `${count === 1 ? '1 program is' : `${count} programs are`} logged out at once. Your devices stay logged in, and personal access tokens go on working.`,
    button: 'Log them out',
    done: 'All programs were logged out.',
    none: 'No program is logged in.',
  },
};

/**
 * Answers with the API clients that are logged in as a member, and the tokens that the member made for others.
 *
 * @param warning what is not there any more, if that was asked for
 */
export async function showClients(
  { db, clock, config }: AccountContext,
  res: Response,
  { id }: User,
  warning = '',
): Promise<void> {
  const clients = await listFamiliesOf(db, id, clock());
  const tokens = await listPersonalTokensOf(db, id);
  return res.page('accounts/api-tokens/api-clients', {
    title: TEXTS.title,
    section: 'account',
    hasPassword: await hasPassword(db, id),
    clients: clients.map((client) => clientView(client, clock(), config.storeLocale)),
    tokens: tokens.map((token) => tokenView(token, clock(), config.storeLocale)),
    warning,
  });
}

export function apiClientsPage(context: AccountContext) {
  const clientsOf = ({ id }: User) => listFamiliesOf(context.db, id, context.clock());
  const showGone = (res: Response, user: User) => showClients(context, res.status(404), user, TEXTS.gone);

  function confirm(res: Response, title: string, explain: string, action: string, button: string) {
    const page = { title, section: 'account', explain, action, button } as const;
    return res.page('accounts/api-tokens/end-api-client', page);
  }

  return {
    get: signedIn((_req, res, user) => showClients(context, res, user)),

    confirmEnd: signedIn(async (req, res, user) => {
      const client = (await clientsOf(user)).find(({ id }) => id === req.params.id);
      if (!client) return showGone(res, user);
      const { title, explain, button } = TEXTS.end;
      return confirm(
        res,
        title(formatClient(client.userAgent)),
        explain,
        paths.endApiClient(client.id),
        button,
      );
    }),

    end: signedIn(async (req, res, user) => {
      const isEnded = await logOutClient(context, changeBy(req), String(req.params.id));
      if (!isEnded) return showGone(res, user);
      await seeOther(req, res, paths.apiClients(), { success: TEXTS.end.done });
    }),

    confirmEndAll: signedIn(async (req, res, user) => {
      const count = (await clientsOf(user)).length;
      const { title, explain, button, none } = TEXTS.endAll;
      if (count > 0) return confirm(res, title, explain(count), paths.endApiClients(), button);
      await seeOther(req, res, paths.apiClients(), { info: none });
    }),

    endAll: signedIn(async (req, res) => {
      const count = await logOutClients(context, changeBy(req));
      const message = count > 0 ? { success: TEXTS.endAll.done } : { info: TEXTS.endAll.none };
      await seeOther(req, res, paths.apiClients(), message);
    }),
  };
}

function clientView(client: TokenFamily, now: number, locale: string) {
  return {
    words: formatClient(client.userAgent),
    address: client.address,
    loggedIn: momentView(client.createdAt, locale),
    lastUsed: agoView(client.lastUsedAt, now),
    end: paths.endApiClient(client.id),
  };
}

function tokenView(token: PersonalToken, now: number, locale: string) {
  const { id, name, scopes, createdAt, expiresAt, lastCharacters, lastUsedAt, lastAddress } = token;
  return {
    name,
    scopes: readScopes(scopes).map((scope) => SCOPES[scope]),
    lastCharacters,
    made: momentView(createdAt, locale),
    expires: dayView(expiresAt, locale),
    expired: expiresAt <= now,
    lastUsed: lastUsedAt === null ? undefined : { moment: agoView(lastUsedAt, now), address: lastAddress },
    remove: paths.removePersonalToken(id),
  };
}
