import { z } from 'zod';
import type { ClientInfo } from '../../../accounts/account-context.ts';
import type { Bearer } from '../../../accounts/api-tokens/bearer.ts';
import { PASSWORD_HINT } from '../../../accounts/passwords.ts';
import { register } from '../../../accounts/registration/registration.ts';
import { THROTTLE } from '../../../accounts/throttle-limits.ts';
import { findUser } from '../../../accounts/users.table.ts';
import { reasonField } from '../../../members/actions.ts';
import { createMember, roleField } from '../../../members/creation.ts';
import { paths } from '../../../paths.ts';
import { canManageMembers } from '../../../permissions.ts';
import type { FieldErrors } from '../../../shared/validation.ts';
import type { ApiContext } from '../../api-context.ts';
import { requireLoginScope } from '../authentication.ts';
import { taggedReply } from '../entity-tags.ts';
import { checkedByRule, newPassword } from '../fields.ts';
import { type Operation, openOperation, type Reply } from '../operation.ts';
import { invalidInput, refused } from '../problem-details.ts';
import {
  ETAG_HEADER,
  exampleMember,
  exampleSelf,
  type Member,
  memberActionOf,
  memberOf,
  memberSchema,
  nameFields,
  type Profile,
  profileOf,
  profileSchema,
} from './user-view.ts';

const TEXTS = {
  forAdmins: 'Only an administrator says this, with a token.',
  ofTheirOwn: 'Leave this out: the member chooses a password through a mailed link.',
};

const newUser = z.object({
  ...nameFields,
  password: checkedByRule(newPassword, `When you register. ${PASSWORD_HINT}`).optional(),
  role: checkedByRule(roleField, 'When an administrator adds somebody.').optional(),
  reason: checkedByRule(reasonField, 'When an administrator adds somebody: why. They read it.').optional(),
});

type NewUser = z.output<typeof newUser>;

export function registrationOperation(context: ApiContext): Operation {
  async function registerThem(body: NewUser, client: ClientInfo): Promise<Reply> {
    const { password = '', ...form } = body;
    const misplaced = misplacedIn(body, ['role', 'reason'], TEXTS.forAdmins);
    if (misplaced) throw invalidInput(misplaced);
    const typed = { ...form, password, password_confirmation: password };
    const outcome = await register(context, typed, client);
    if (outcome.ok) {
      if (outcome.userId === undefined) return { status: 202 };
      const user = await findUser(context.db, outcome.userId);
      if (!user) throw new Error('Somebody who has just registered is gone.');
      return created(await profileOf(context, user));
    }
    if (outcome.problem === 'throttled') throw refused(outcome);
    // Nobody types it twice here.
    const { password_confirmation: _repeated, ...errors } = outcome.errors;
    throw invalidInput(errors);
  }

  async function addThem(body: NewUser, { user, token }: Bearer, client: ClientInfo): Promise<Reply> {
    if (body.role !== undefined && body.role !== 'user') requireLoginScope(token, 'roles:write');
    const misplaced = misplacedIn(body, ['password'], TEXTS.ofTheirOwn);
    if (misplaced) throw invalidInput(misplaced);
    const outcome = await createMember(context, memberActionOf(user, client, body.reason ?? ''), body);
    if (outcome.ok) return created(await memberOf(context, outcome.userId));
    throw refused(outcome);
  }

  return openOperation('POST /users', {
    id: 'createUser',
    tag: 'Users',
    summary: 'Register, or add somebody',
    description:
      'Without a token you register: with a username, an email address and a password. As an administrator, with a token, you add somebody else: with a username, an email address, a role and a reason. We email them a link to choose a password. A role other than `user` needs a login with the scope `roles:write`; every administrator gets an email about a new one.',
    body: newUser,
    withToken: { scope: 'users:write', may: canManageMembers, recentLogin: true },
    responses: {
      201: {
        description: 'The new account, as whoever made it sees it.',
        schema: z.union([profileSchema, memberSchema]),
        headers: { ...ETAG_HEADER, Location: 'Where it is.' },
      },
      202: {
        description:
          'With MEMBERSHIP=verified: we have emailed what to do next. The answer is the same if the address already has an account.',
      },
    },
    limit: {
      name: 'registration',
      ...THROTTLE.registrations,
      // An administrator adds as many as there are.
      left: async ({ client }) =>
        client.token ? undefined : context.throttles.left.registration(client.network),
    },
    examples: [
      {
        body: { username: 'carol', email: 'carol@example.org', password: 'Lantern-over-7-gates!' },
        status: 201,
        response: { ...exampleSelf(5, 'carol'), email_verified: false, pending_email: null },
      },
      {
        by: 'ana',
        body: {
          username: 'dora',
          email: 'dora@example.org',
          role: 'moderator',
          reason: 'Joins the staff.',
        },
        status: 201,
        response: { ...exampleMember(5, 'dora', 'moderator'), email_verified: false },
      },
    ],
    handle: ({ body, client }, bearer) =>
      bearer ? addThem(body, bearer, client) : registerThem(body, client),
  });
}

function created(person: Profile | Member): Reply {
  return { ...taggedReply(person), status: 201, location: `${paths.api()}/users/${person.id}` };
}

/** An error for each of some fields that is there. */
function misplacedIn(body: NewUser, fields: (keyof NewUser)[], text: string): FieldErrors | undefined {
  const found = fields.filter((field) => body[field] !== undefined);
  return found.length === 0 ? undefined : Object.fromEntries(found.map((field) => [field, text]));
}
