import { z } from 'zod';
import { LONGEST_SEARCH, queryOf, readMemberFilters } from '../../../members/member-filters.ts';
import { MEMBER_STATES } from '../../../members/member-state.ts';
import { findMembers, type ListedMember } from '../../../members/members.table.ts';
import { canReadMembers, ROLES } from '../../../permissions.ts';
import type { ApiContext } from '../../api-context.ts';
import { taggedAnswers, taggedReply } from '../entity-tags.ts';
import { idInCursor, idParams } from '../fields.ts';
import { cursorField, limitField, listReply, listSchema, NEXT_LINK } from '../lists.ts';
import { type Operation, operation } from '../operation.ts';
import {
  ETAG_HEADER,
  exampleMember,
  memberOf,
  memberSchema,
  memberView,
  profileOf,
  profileSchema,
} from './user-view.ts';

const TEXTS = {
  search: `Enter 1 to ${LONGEST_SEARCH} characters.`,
  role: 'There is no such role.',
  state: 'There is no such state.',
};

const listQuery = z.object({
  q: z
    .string({ error: TEXTS.search })
    .max(LONGEST_SEARCH, TEXTS.search)
    .refine((text) => text.trim() !== '', TEXTS.search)
    .optional()
    .describe('Start of a username, email or mail domain; upper and lower case are alike.'),
  role: z.enum(ROLES, TEXTS.role).optional().describe('Only those who have it.'),
  state: z.enum(MEMBER_STATES, TEXTS.state).optional().describe('Only those who are in it.'),
  limit: limitField,
  cursor: cursorField(z.strictObject({ created_at: z.int(), id: idInCursor })),
});

export function memberOperations(context: ApiContext): Operation[] {
  const { db, clock, settings } = context;
  const tag = 'Users';

  return [
    operation('GET /users', {
      id: 'listUsers',
      tag,
      summary: 'List the members',
      description: 'Those who joined last come first. Who was erased is not among them.',
      access: { scope: 'users:read', may: canReadMembers },
      query: listQuery,
      responses: {
        200: {
          description: 'Some of the members who fit.',
          schema: listSchema('Members', memberSchema),
          headers: NEXT_LINK,
        },
      },
      examples: [
        {
          query: { q: 'mod-m', role: 'moderator' },
          status: 200,
          response: { data: [exampleMember(3, 'mod-mina', 'moderator')], next_cursor: null },
        },
      ],
      /** Those who joined last come first. */
      async handle({ query: { limit, cursor, ...asked }, url }) {
        const filters = readMemberFilters(asked, settings.membership);
        const query = queryOf(filters, settings.membership, clock());
        const after = cursor && { direction: 'after' as const, value: cursor.created_at, id: cursor.id };
        // Where nobody has to be let in, nobody waits.
        const isNobody = asked.state !== undefined && filters.state !== asked.state;
        const found = isNobody ? [] : await findMembers(db, query, { cursor: after, limit: limit + 1 });
        const view = (member: ListedMember) => memberView(member, settings);
        return listReply(url, { found, limit }, view, ({ createdAt, id }) => ({ created_at: createdAt, id }));
      },
    }),
    operation('GET /users/{id}', {
      id: 'getUser',
      tag,
      summary: 'Look somebody up',
      description: 'Yourself, or as one of the staff anybody. For others nobody is there.',
      access: {
        scope: 'users:read',
        orScope: 'users:write',
        may: canReadMembers,
        self: 'profile:read',
        whileWaiting: true,
      },
      params: idParams,
      responses: taggedAnswers({
        description: 'A profile of yourself, a member otherwise.',
        schema: z.union([profileSchema, memberSchema]),
        headers: ETAG_HEADER,
      }),
      problems: ['not-found'],
      examples: [{ params: { id: 2 }, status: 200, response: exampleMember(2, 'alice') }],
      async handle({ params: { id } }, { user }) {
        return taggedReply(await (id === user.id ? profileOf(context, user) : memberOf(context, id)));
      },
    }),
  ];
}
