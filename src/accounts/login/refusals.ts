import type { AccountContext, ClientInfo } from '../account-context.ts';
import type { User } from '../users.table.ts';
import type { Factor } from './known-devices.ts';
import { recordFailedLogin } from './login-attempts.ts';

/** Why somebody who has shown who they are cannot come in: disabled by the store, locked by "This wasn't me", closed by its member. */
export interface Refusal {
  ok: false;
  problem: 'disabled' | 'locked' | 'closing';
}

export const REFUSALS: Record<Refusal['problem'], string> = {
  disabled: 'This account has been disabled. Please ask the store.',
  locked:
    'This account is locked, because somebody reported something that was not them. Reset the password to open it again.',
  closing: 'This account was closed. The link in the mail about it opens it again.',
};

/** For the activity page. */
const REASONS: typeof REFUSALS = {
  disabled: 'the account is disabled',
  locked: 'the account is locked',
  closing: 'the account was closed',
};

const HELP = (address: string) => ` Questions? Write to ${address}.`;

export function refusalText(
  problem: Refusal['problem'],
  { supportAddress }: Pick<AccountContext['settings'], 'supportAddress'>,
): string {
  return REFUSALS[problem] + (supportAddress === '' ? '' : HELP(supportAddress));
}

/** @returns undefined when they can */
export function refusalOf(user: User): Refusal | undefined {
  if (user.disabledAt !== null) return { ok: false, problem: 'disabled' };
  if (user.lockedAt !== null) return { ok: false, problem: 'locked' };
  if (user.closingAt !== null) return { ok: false, problem: 'closing' };
  return undefined;
}

/** The same, and writes it down (OWASP ASVS 5.0, 16.3.1); of each network as often as a wrong password. */
export async function recordedRefusal(
  context: AccountContext,
  user: User,
  factor: Factor,
  client: ClientInfo,
): Promise<Refusal | undefined> {
  const refusal = refusalOf(user);
  if (refusal && (await context.throttles.failureRows.take(client.network)) === 0) {
    await recordFailedLogin(context, user, { factor, reason: REASONS[refusal.problem], client });
  }
  return refusal;
}
