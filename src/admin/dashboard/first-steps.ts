import type { User } from '../../accounts/users.table.ts';
import { canChangeSettings } from '../../permissions.ts';
import { readSettings } from '../../settings/settings.table.ts';
import type { AdminContext } from '../shared/admin-context.ts';

/** What somebody who has just opened a store does first. */
export type FirstStep = 'two-factor' | 'membership' | 'mail-server' | 'mail-arrives' | 'invite';

/**
 * Says what is left to do until a store is ready for its members; nothing to those who cannot do it.
 *
 * @param others how many members there are beside who asks, and how many are invited
 */
export async function firstSteps(
  { db, config, settings }: Pick<AdminContext, 'db' | 'settings' | 'config'>,
  user: User,
  others: number,
): Promise<FirstStep[]> {
  if (!canChangeSettings(user)) return [];
  const { changedAt } = await readSettings(db);
  const steps: [FirstStep, boolean][] = [
    ['two-factor', user.twoFactorSince === null],
    ['membership', changedAt === null && settings.fixed.membership === undefined],
    // Where there is a mail server, the mail that confirms the own address shows that it works.
    ['mail-server', config.smtpUrl === undefined],
    ['mail-arrives', config.smtpUrl !== undefined && user.emailVerifiedAt === null],
    ['invite', others === 0],
  ];
  return steps.filter(([, left]) => left).map(([step]) => step);
}
