import type { AccountContext } from '../account-context.ts';
import type { Refusal } from './login.ts';

export const REFUSALS: Record<Refusal['problem'], string> = {
  disabled: 'This account has been disabled. Please ask the store.',
  locked:
    'This account is locked, because somebody reported something that was not them. Reset the password to open it again.',
  closing: 'This account was closed. The link in the mail about it opens it again.',
};

const TEXTS = {
  help: (address: string) => ` Questions? Write to ${address}.`,
};

/** What somebody reads who has shown who they are and cannot come in all the same. */
export function refusalText(
  problem: Refusal['problem'],
  { supportAddress }: Pick<AccountContext['settings'], 'supportAddress'>,
): string {
  return REFUSALS[problem] + (supportAddress === '' ? '' : TEXTS.help(supportAddress));
}
