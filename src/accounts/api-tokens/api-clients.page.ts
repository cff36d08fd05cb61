import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { agoView, dayView, momentView } from '../../shared/format/dates.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { hasPassword } from '../credentials/login-methods.ts';
import { listPersonalTokensOf, type PersonalToken } from '../credentials/personal-tokens.table.ts';
import { listFamiliesOf, type TokenFamily } from '../credentials/token-families.table.ts';
import { memberOf } from '../signed-in.http.ts';
import { logOutProgram, logOutPrograms } from './client-logout.ts';
import { formatProgram } from './format-client.ts';
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
 * Answers with the programs that are logged in as a member, and the tokens that the member made for others.
 *
 * @param warning what is not there any more, if that was asked for
 */
export async function showPrograms(
  { db, clock, config }: AccountContext,
  req: Request,
  res: Response,
  warning = '',
): Promise<void> {
  const { id } = memberOf(req);
  const programs = await listFamiliesOf(db, id, clock());
  const tokens = await listPersonalTokensOf(db, id);
  return res.page('accounts/api-tokens/api-clients', {
    title: TEXTS.title,
    section: 'account',
    hasPassword: await hasPassword(db, id),
    programs: programs.map((program) => programView(program, clock(), config.storeLocale)),
    tokens: tokens.map((token) => tokenView(token, clock(), config.storeLocale)),
    warning,
  });
}

export function programsPage(context: AccountContext) {
  const programsOf = (req: Request) => listFamiliesOf(context.db, memberOf(req).id, context.clock());
  const show = (req: Request, res: Response, warning?: string) => showPrograms(context, req, res, warning);

  function confirm(res: Response, title: string, explain: string, action: string, button: string) {
    const page = { title, section: 'account', explain, action, button } as const;
    return res.page('accounts/api-tokens/end-api-client', page);
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(req, res),

    async confirmEnd(req: Request, res: Response): Promise<void> {
      const program = (await programsOf(req)).find(({ id }) => id === req.params.id);
      if (!program) return show(req, res.status(404), TEXTS.gone);
      const { title, explain, button } = TEXTS.end;
      return confirm(
        res,
        title(formatProgram(program.userAgent)),
        explain,
        paths.endProgram(program.id),
        button,
      );
    },

    async end(req: Request, res: Response): Promise<void> {
      const ended = await logOutProgram(context, memberOf(req), String(req.params.id), clientOf(req));
      if (!ended.ok) return show(req, res.status(404), TEXTS.gone);
      flash(req, 'success', TEXTS.end.done);
      await seeOther(req, res, paths.programs());
    },

    async confirmEndAll(req: Request, res: Response): Promise<void> {
      const count = (await programsOf(req)).length;
      const { title, explain, button, none } = TEXTS.endAll;
      if (count > 0) return confirm(res, title, explain(count), paths.endPrograms(), button);
      flash(req, 'info', none);
      await seeOther(req, res, paths.programs());
    },

    async endAll(req: Request, res: Response): Promise<void> {
      const count = await logOutPrograms(context, memberOf(req), clientOf(req));
      const { done, none } = TEXTS.endAll;
      flash(req, count > 0 ? 'success' : 'info', count > 0 ? done : none);
      await seeOther(req, res, paths.programs());
    },
  };
}

function programView(program: TokenFamily, now: number, locale: string) {
  return {
    words: formatProgram(program.userAgent),
    address: program.address,
    loggedIn: momentView(program.createdAt, locale),
    lastUsed: agoView(program.lastUsedAt, now),
    end: paths.endProgram(program.id),
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
