import { z } from 'zod';
import { PASSWORD_HINT } from '../../../accounts/passwords.ts';
import { changePassword } from '../../../accounts/profile/password-change.ts';
import { changeProfile } from '../../../accounts/profile/profile.ts';
import { THROTTLE } from '../../../accounts/throttle-limits.ts';
import { findUser, type User } from '../../../accounts/users.table.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { ApiContext } from '../../api-context.ts';
import { entityTagOf, requireMatch, taggedReply } from '../entity-tags.ts';
import { checkedByRule, idParams, newPassword } from '../fields.ts';
import { type Operation, operation } from '../operation.ts';
import { ApiProblem, invalidInput, refused } from '../problem-details.ts';
import {
  ETAG_HEADER,
  exampleSelf,
  nameFields,
  ownUserSchema,
  ownUserView,
  profileOf,
  profileSchema,
} from './user-view.ts';

const profileForm = z.object(nameFields).partial();

const passwordForm = z.object({
  current_password: checkedByRule(z.string(), 'The password that counts until now.'),
  new_password: checkedByRule(newPassword, PASSWORD_HINT),
});

/** No session of a browser is kept: none asks. */
const NO_SESSION = '';

export function meOperation({ settings }: ApiContext): Operation {
  return operation('GET /me', {
    id: 'getMe',
    tag: 'You',
    summary: 'Who you are',
    access: { scope: 'profile:read', whileWaiting: true, whileOwing: true },
    responses: { 200: { description: 'The person whom the token stands for.', schema: ownUserSchema } },
    examples: [{ by: 'alice', status: 200, response: exampleSelf(2, 'alice') }],
    handle: async (_request, { user }) => ({ status: 200, body: ownUserView(user, settings) }),
  });
}

export function ownAccountOperations(context: ApiContext): Operation[] {
  const tag = 'Users';

  const asRead = (ifMatch: string | undefined) => async (now: User, trx: Transaction) => {
    requireMatch(ifMatch, entityTagOf(await profileOf(context, now, trx)));
  };

  return [
    operation('PATCH /users/{id}', {
      id: 'changeProfile',
      tag,
      summary: 'Change your username or e-mail address',
      description:
        'The username changes at once. A link is mailed to the new address, and `email` changes when it is opened; until then it is the `pending_email`.',
      access: { self: 'only', whileWaiting: true, recentLogin: true },
      params: idParams,
      body: profileForm,
      ifMatch: 'required',
      responses: { 200: { description: 'You, changed.', schema: profileSchema, headers: ETAG_HEADER } },
      limit: { name: 'email-change', ...THROTTLE.verificationMails },
      problems: ['not-found'],
      examples: [
        {
          by: 'alice',
          params: { id: 2 },
          body: { email: 'alice@example.net' },
          status: 200,
          response: { ...exampleSelf(2, 'alice'), pending_email: 'alice@example.net' },
        },
      ],
      async handle({ body, client, ifMatch }, { user }) {
        const outcome = await changeProfile(context, user, body, client, asRead(ifMatch));
        if (!outcome.ok) throw refused(outcome);
        const changed = await findUser(context.db, user.id);
        if (!changed) throw new ApiProblem('not-found');
        return taggedReply(await profileOf(context, changed));
      },
    }),
    operation('PUT /users/{id}/password', {
      id: 'changePassword',
      tag,
      summary: 'Change your password',
      description:
        'Ends every login there is, in browsers and of programs, also that of the program that asks: log in again with the new password. Wrong current passwords count as failed logins. Personal access tokens stay.',
      access: { self: 'only', whileWaiting: true },
      params: idParams,
      body: passwordForm,
      ifMatch: 'optional',
      responses: { 204: { description: 'Changed. Log in again.' } },
      limit: { name: 'password', ...THROTTLE.perAccountAndNetwork },
      examples: [
        {
          by: 'bob',
          params: { id: 4 },
          body: { current_password: 'Lantern-over-7-gates!', new_password: 'Another-lantern-at-9!' },
          status: 204,
        },
      ],
      async handle({ body, client, ifMatch }, { user }) {
        const { current_password, new_password } = body;
        const form = { current_password, password: new_password, password_confirmation: new_password };
        const outcome = await changePassword(context, user, form, client, NO_SESSION, asRead(ifMatch));
        if (outcome.ok) return { status: 204 };
        if (outcome.problem === 'throttled') throw refused(outcome);
        // The fields of the page, where a new one is typed twice.
        const { password, password_confirmation: _repeated, ...errors } = outcome.errors;
        throw invalidInput({ ...errors, ...(password === undefined ? {} : { new_password: password }) });
      },
    }),
  ];
}
