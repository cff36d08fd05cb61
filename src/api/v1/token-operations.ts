import { z } from 'zod';
import {
  logInClient,
  logOutClient,
  logOutClients,
  MOST_CLIENTS,
} from '../../accounts/api-tokens/client-login.ts';
import { LOGIN_SCOPE_NAMES, LOGIN_SCOPES } from '../../accounts/api-tokens/scopes.ts';
import { refresh, refreshesLeft, type TokenPair } from '../../accounts/api-tokens/token-refresh.ts';
import { type CompleteLogin, completeLoginForm, refusalText } from '../../accounts/login/login.ts';
import { THROTTLE } from '../../accounts/throttle-limits.ts';
import { SECOND } from '../../shared/clock.ts';
import type { ApiContext } from '../api-context.ts';
import { type Operation, openOperation, operation } from './operation.ts';
import { ApiProblem, refused } from './problem-details.ts';

const TEXTS = {
  refreshToken: 'Send the refresh token.',
  scope: `A login can ask for this scope: ${LOGIN_SCOPE_NAMES.join(', ')}.`,
};

const tokenPairSchema = z
  .strictObject({
    access_token: z.string().describe('For the header Authorization: Bearer. Good for 15 minutes.'),
    refresh_token: z
      .string()
      .describe('For one refresh. Good for 14 days; a new one comes with each refresh.'),
    token_type: z.literal('Bearer'),
    expires_in: z.int().min(0).describe('How long the access token is valid, in seconds.'),
  })
  .meta({ id: 'Tokens' });

function pairView({ accessToken, refreshToken, expiresIn }: TokenPair): z.output<typeof tokenPairSchema> {
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: 'Bearer',
    expires_in: expiresIn / SECOND,
  };
}

const { username, password, code } = completeLoginForm.shape;

const loginForm = z.object({
  username: username.describe('The username or the e-mail address.'),
  password,
  code: code.describe('With two-factor on: six digits of the authenticator app, or a recovery code.'),
  scope: z
    .enum(LOGIN_SCOPE_NAMES, TEXTS.scope)
    .optional()
    .describe(
      `What you ask for besides what every login may do. roles:write: ${LOGIN_SCOPES['roles:write']}, for five minutes.`,
    ),
});

const refreshForm = z.object({
  refresh_token: z
    .string({ error: TEXTS.refreshToken })
    .min(1, TEXTS.refreshToken)
    .max(500, TEXTS.refreshToken)
    .describe('The newest one that you have.'),
});

const exampleTokens = (refreshToken: string) => ({
  access_token: 'eyJhbGciOiJIUzI1NiIs…',
  refresh_token: refreshToken,
  token_type: 'Bearer',
  expires_in: 900,
});

export function tokenOperations(context: ApiContext): Operation[] {
  const { throttles } = context;
  const tag = 'Tokens';

  function refusalOf(login: CompleteLogin & { ok: false }): ApiProblem {
    switch (login.problem) {
      case 'throttled':
        return refused(login);
      case 'wrong':
        return new ApiProblem('invalid-credentials');
      case 'wrong-code':
        return new ApiProblem('invalid-code');
      case 'second-factor-required':
        return new ApiProblem('second-factor-required');
      default:
        return new ApiProblem('account-shut', refusalText(login.problem, context.settings));
    }
  }

  return [
    openOperation('POST /login', {
      id: 'logIn',
      tag,
      summary: 'Log a program in',
      description:
        'With two-factor on, the answer is `second-factor-required` until `code` comes along: of an authenticator app, or a recovery code. Log out when you are done: ' +
        `a member may have ${MOST_CLIENTS} logins of programs; one more ends the least recently used.`,
      body: loginForm,
      provenByBody: true,
      limit: {
        name: 'login',
        ...THROTTLE.perAccountAndNetwork,
        left: ({ body, client }) => throttles.left.login(body.username, client.network),
      },
      responses: { 200: { description: 'Tokens to go on with.', schema: tokenPairSchema } },
      problems: ['invalid-credentials', 'second-factor-required', 'invalid-code', 'account-shut'],
      examples: [
        {
          body: { username: 'alice', password: 'Lantern-over-7-gates!' },
          status: 200,
          response: exampleTokens('gatehouse_refresh_2Yt8…'),
        },
      ],
      async handle({ body, client }) {
        const login = await logInClient(context, body, client);
        if (!login.ok) throw refusalOf(login);
        return { status: 200, body: pairView(login) };
      },
    }),
    openOperation('POST /refresh', {
      id: 'refresh',
      tag,
      summary: 'Exchange a refresh token for new tokens',
      description:
        'Each refresh token is good once; for ten seconds more it may come again, for two requests that went out at once. One that comes later than that ends the login: somebody has copied it.',
      body: refreshForm,
      provenByBody: true,
      limit: {
        name: 'refresh',
        ...THROTTLE.refreshes,
        left: ({ body }) => refreshesLeft(context, body.refresh_token),
      },
      responses: { 200: { description: 'Tokens to go on with.', schema: tokenPairSchema } },
      problems: ['invalid-token'],
      examples: [
        {
          body: { refresh_token: 'gatehouse_refresh_2Yt8…' },
          status: 200,
          response: exampleTokens('gatehouse_refresh_9Qm3…'),
        },
      ],
      async handle({ body, client }) {
        const refreshed = await refresh(context, body.refresh_token, client);
        if (!refreshed.ok && refreshed.problem === 'throttled') throw refused(refreshed);
        if (!refreshed.ok) throw new ApiProblem('invalid-token');
        return { status: 200, body: pairView(refreshed) };
      },
    }),
    operation('POST /logout', {
      id: 'logOut',
      tag,
      summary: 'Log this program out',
      description: 'All tokens of its login are revoked at once.',
      access: { whileWaiting: true, whileOwing: true },
      responses: { 204: { description: 'Logged out.' } },
      examples: [{ status: 204 }],
      async handle({ client }, { user, token }) {
        if (token.kind === 'access') await logOutClient(context, { user, client }, token.familyId);
        return { status: 204 };
      },
    }),
    operation('POST /logout-all', {
      id: 'logOutAll',
      tag,
      summary: 'Log all your programs out',
      description: 'Ends every login of a program. Browsers and personal access tokens are not touched.',
      access: { whileWaiting: true, whileOwing: true },
      responses: { 204: { description: 'Logged out.' } },
      examples: [{ status: 204 }],
      async handle({ client }, { user }) {
        await logOutClients(context, { user, client });
        return { status: 204 };
      },
    }),
  ];
}
