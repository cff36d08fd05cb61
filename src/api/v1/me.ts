import type { ApiContext } from '../api-context.ts';
import { type Operation, operation } from './operation.ts';
import { ownUserSchema, ownUserView } from './user-view.ts';

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
          response: {
            id: 2,
            username: 'alice',
            email: 'alice@example.org',
            email_verified: true,
            role: 'user',
            two_factor: false,
            standing: 'in',
          },
        },
      ],
      handle: async (_request, { user }) => ({ status: 200, body: ownUserView(user, settings) }),
    }),
  ];
}
