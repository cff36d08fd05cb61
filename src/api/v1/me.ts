import type { ApiContext } from '../api-context.ts';
import { type Operation, operation } from './operation.ts';
import { ownUserSchema, ownUserView } from './user-view.ts';
import { ALICE_TO_HERSELF } from './users/examples.ts';

/** Who the token stands for. */
export function meOperations({ settings }: ApiContext): Operation[] {
  return [
    operation({
      method: 'get',
      path: '/me',
      id: 'getMe',
      tag: 'You',
      summary: 'Who you are',
      access: { scope: 'profile:read', whileWaiting: true, whileOwing: true },
      responses: { 200: { description: 'The person whom the token stands for.', schema: ownUserSchema } },
      examples: [
        {
          by: 'alice',
          status: 200,
          response: ALICE_TO_HERSELF,
        },
      ],
      handle: async (_request, { user }) => ({ status: 200, body: ownUserView(user, settings) }),
    }),
  ];
}
