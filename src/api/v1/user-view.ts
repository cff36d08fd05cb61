import { z } from 'zod';
import { standingOf } from '../../accounts/membership.ts';
import type { User } from '../../accounts/users.table.ts';
import { ROLES } from '../../roles.ts';
import type { StoreSettings } from '../../settings/store-settings.ts';

/** A person as they see themselves. */
export const ownUserSchema = z
  .strictObject({
    id: z.int().positive(),
    username: z.string(),
    email: z.email(),
    email_verified: z.boolean(),
    role: z.enum(ROLES),
    two_factor: z.boolean().describe('Whether a login asks for a second factor.'),
    standing: z
      .enum(['in', 'unverified', 'waiting'])
      .describe(
        'Whether the store is open to the member: not before the address is confirmed, or an admin said yes.',
      ),
  })
  .meta({ id: 'OwnUser' });

export function ownUserView(
  user: User,
  { membership }: Pick<StoreSettings, 'membership'>,
): z.output<typeof ownUserSchema> {
  const { id, username, email, role } = user;
  return {
    id,
    username,
    email,
    email_verified: user.emailVerifiedAt !== null,
    role,
    two_factor: user.twoFactorSince !== null,
    standing: standingOf(user, membership),
  };
}
