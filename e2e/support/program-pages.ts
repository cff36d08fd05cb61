import { logInClient } from '../../src/accounts/api-tokens/client-login.ts';
import { SCOPE_NAMES } from '../../src/accounts/api-tokens/scopes.ts';
import { paths } from '../../src/paths.ts';
import { addPersonalToken } from '../../src/testing/tokens.ts';
import { fill, send } from './door.ts';
import type { Members } from './members.ts';
import { LONG_NAME, LONG_WORD, longName, memberPage, type SitePage, show } from './site-page.ts';

const ADDRESS = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
const TOKEN_NAME = LONG_WORD.slice(0, 60);

/** Has a program be logged in as a member. @returns where it is logged out */
async function addProgram(members: Members, name: string): Promise<string> {
  const { password } = await members.get(name);
  const client = {
    address: ADDRESS,
    network: ADDRESS,
    userAgent: `${LONG_WORD.slice(0, 40)}/1`,
    browserToken: undefined,
  };
  const login = await logInClient(members.context, { username: name, password }, client);
  if (!login.ok) throw new Error(`No program logs in as ${name}: ${login.problem}.`);
  const userId = await members.idOf(name);
  const { id } = await members.context.db('token_families').where('user_id', userId).first('id');
  return paths.endApiClient(id);
}

/** What members see of programs that use their accounts. */
export const PROGRAM_PAGES: SitePage[] = [
  memberPage('programs empty', paths.apiClients(), { like: 'programs' }),
  {
    name: 'programs',
    status: 200,
    async open({ page, enter, members }) {
      const name = longName('admin-programs-');
      const id = await members.idOf(name);
      await enter(page, name);
      await addProgram(members, name);
      await addPersonalToken(members.context, id, { name: TOKEN_NAME, scopes: SCOPE_NAMES.join(' ') });
      await addPersonalToken(members.context, id, { name: TOKEN_NAME, days: -1 });
      await members.context
        .db('personal_access_tokens')
        .where('user_id', id)
        .update({ last_used_at: Date.now(), last_address: ADDRESS });
      return show(page, paths.apiClients());
    },
  },
  {
    name: 'program ending',
    status: 200,
    async open({ page, logIn, members }) {
      const name = longName('program-end-');
      await logIn(page, name);
      return show(page, await addProgram(members, name));
    },
    like: 'devices',
  },
  {
    name: 'token with errors',
    status: 422,
    async open({ page, logIn }) {
      await logIn(page, longName('admin-token-'));
      await page.goto(paths.personalTokens());
      return send(page, 'Make the token');
    },
  },
  {
    name: 'new token',
    status: 200,
    async open({ page, logIn }) {
      await logIn(page, longName('new-token-'));
      await page.goto(paths.personalTokens());
      await fill(page, { Name: TOKEN_NAME });
      await page.getByLabel('Look at the products of the store').check();
      return send(page, 'Make the token');
    },
  },
  {
    name: 'token removal',
    status: 200,
    async open({ page, logIn, members }) {
      await logIn(page, LONG_NAME);
      const userId = await members.idOf(LONG_NAME);
      await addPersonalToken(members.context, userId, { name: TOKEN_NAME });
      const { id } = await members.context.db('personal_access_tokens').where('user_id', userId).first('id');
      return show(page, paths.removePersonalToken(id));
    },
    like: 'devices',
  },
];
