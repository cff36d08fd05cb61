import { z } from 'zod';
import type { Transaction } from '../../../database/transaction.ts';
import { reasonField } from '../../../members/actions.ts';
import { roleField } from '../../../members/creation.ts';
import { changeRole, deleteMember } from '../../../members/membership.ts';
import { canManageMembers } from '../../../permissions.ts';
import type { ApiContext } from '../../api-context.ts';
import { entityTagOf, requireMatch, taggedReply } from '../entity-tags.ts';
import { idParams } from '../fields.ts';
import { type Operation, operation } from '../operation.ts';
import { refused } from '../problem-details.ts';
import { ETAG_HEADER, exampleMember, memberActionOf, memberOf, memberSchema } from './user-view.ts';

const TEXTS = {
  'own-account': 'You cannot do this to your own account. Ask another administrator.',
  'last-admin': 'This is the last administrator. Make somebody else one first.',
  inactive: 'The account is about to be erased. Restore it first.',
  unchanged: 'The account is about to be erased already.',
};

const reason = reasonField.describe('Why: the member and the audit log are told.');

export function memberActionOperations(context: ApiContext): Operation[] {
  const tag = 'Users';
  const access = { scope: 'users:write', may: canManageMembers, recentLogin: true } as const;
  const asRead = (id: number, ifMatch: string | undefined) => async (trx: Transaction) => {
    requireMatch(ifMatch, entityTagOf(await memberOf(context, id, trx)));
  };

  return [
    operation('PUT /users/{id}/role', {
      id: 'changeRole',
      tag,
      summary: 'Give a member another role',
      description:
        'It counts from the member’s next request on. A member whose address was confirmed gets an email with the reason, and every administrator gets one about a new administrator. You cannot change your own role, and one administrator must remain.',
      access: { loginScope: 'roles:write', may: canManageMembers, recentLogin: true },
      params: idParams,
      body: z.object({ role: roleField.describe('The new one.'), reason }),
      ifMatch: 'required',
      responses: {
        200: { description: 'The member, with that role.', schema: memberSchema, headers: ETAG_HEADER },
      },
      problems: ['not-found', 'last-admin', 'conflict'],
      examples: [
        {
          params: { id: 4 },
          body: { role: 'moderator', reason: 'Helps out from today on.' },
          status: 200,
          response: exampleMember(4, 'bob', 'moderator'),
        },
      ],
      async handle({ params: { id }, body, client, ifMatch }, { user }) {
        if (id === user.id) throw refused({ problem: 'own-account' }, TEXTS);
        const action = { ...memberActionOf(user, client, body.reason), look: asRead(id, ifMatch) };
        const outcome = await changeRole(context, action, id, { role: body.role });
        if (!outcome.ok && outcome.problem !== 'unchanged') throw refused(outcome, TEXTS);
        return taggedReply(await memberOf(context, id));
      },
    }),
    operation('DELETE /users/{id}', {
      id: 'deleteUser',
      tag,
      summary: 'Delete a member’s account',
      description:
        'It can no longer be logged in to, and in 14 days everything personal in it is erased; until then it can be restored in the back office. A member whose address was confirmed gets an email with the reason. You cannot delete your own account here, and one administrator must remain. Asked for once more it is a `conflict`.',
      access,
      params: idParams,
      query: z.object({ reason }),
      ifMatch: 'optional',
      responses: { 204: { description: 'Deleted.' } },
      problems: ['not-found', 'last-admin', 'conflict'],
      examples: [{ params: { id: 4 }, query: { reason: 'Asked for by letter.' }, status: 204 }],
      async handle({ params: { id }, query, client, ifMatch }, { user }) {
        const action = { ...memberActionOf(user, client, query.reason), look: asRead(id, ifMatch) };
        const outcome = await deleteMember(context, action, id);
        if (!outcome.ok) throw refused(outcome, TEXTS);
        return { status: 204 };
      },
    }),
  ];
}
