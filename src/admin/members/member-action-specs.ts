import {
  disableMember,
  enableMember,
  endMemberSessions,
  removeSecondFactors,
  startPasswordReset,
} from '../../members/access.ts';
import type { MemberAction, MemberActionContext, MemberActionResult } from '../../members/actions.ts';
import type { MemberActionName } from '../../members/available-actions.ts';
import {
  approveMember,
  changeRole,
  declineMember,
  deleteMember,
  restoreMember,
} from '../../members/membership.ts';

/** One action: what its page says, and the rule behind it. */
export interface MemberActionSpec {
  /** Under which heading the member's screen offers it. */
  group: 'membership' | 'access' | 'account';
  /** The link on the member's screen. */
  label: string;
  title: (name: string) => string;
  /** What will happen. @param erased the day on which an account that is deleted now is erased, in words */
  explain: (name: string, erased: string) => string[];
  /** What the member is mailed, besides the reason. */
  told?: string;
  /** The member waits for that mail, so it goes to an address that was never confirmed as well. */
  ordered?: boolean;
  button: string;
  danger?: boolean;
  done: (name: string) => string;
  /** There was nothing to do. */
  unchanged: (name: string) => string;
  /** @param input the form, where it asks for more than a reason */
  act: (
    context: MemberActionContext,
    action: MemberAction,
    userId: number,
    input: Record<string, unknown>,
  ) => Promise<MemberActionResult>;
}

const ERASING = (day: string) =>
  `Until ${day} you can restore the account. Then everything personal in it is erased: rows that others need stay, without a name, and the username and the e-mail address are free again.`;

/** In the order of the member's screen. */
export const MEMBER_ACTIONS: Record<MemberActionName, MemberActionSpec> = {
  approval: {
    group: 'membership',
    label: 'Let in',
    title: (name) => `Let ${name} in`,
    explain: (name) => [`${name} is a member from the next page on.`],
    ordered: true,
    button: 'Let in',
    done: (name) => `${name} is in.`,
    unchanged: (name) => `${name} does not wait any more.`,
    act: approveMember,
  },
  declining: {
    group: 'membership',
    label: 'Decline',
    title: (name) => `Decline the membership of ${name}`,
    explain: (name, erased) => [
      `${name} is logged out everywhere, and cannot log in any more.`,
      ERASING(erased),
    ],
    ordered: true,
    button: 'Decline the membership',
    danger: true,
    done: (name) => `The membership of ${name} was declined.`,
    unchanged: (name) => `${name} does not wait any more.`,
    act: declineMember,
  },
  role: {
    group: 'membership',
    label: 'Change the role',
    title: (name) => `Change the role of ${name}`,
    explain: (name) => [
      'Moderators look members up and work on tasks. Administrators run the store: members, settings, the audit log.',
      `It counts from the next page that ${name} opens.`,
    ],
    button: 'Change the role',
    done: (name) => `The role of ${name} was changed.`,
    unchanged: (name) => `${name} has that role already.`,
    act: changeRole,
  },
  'sessions-ending': {
    group: 'access',
    label: 'Log out everywhere',
    title: (name) => `Log ${name} out everywhere`,
    explain: (name) => [
      `Every device and every program of ${name} is logged out at once. What was typed there and not sent is lost.`,
      'Logging in again works as before.',
    ],
    button: 'Log out everywhere',
    done: (name) => `${name} was logged out everywhere.`,
    unchanged: (name) => `${name} is logged in nowhere.`,
    act: endMemberSessions,
  },
  'password-reset': {
    group: 'access',
    label: 'Start a password reset',
    title: (name) => `Start a password reset for ${name}`,
    explain: (name) => [
      `The password that ${name} has goes on working until another one is chosen; then every device and program is logged out, and personal access tokens are removed.`,
      'Nobody but the member ever knows it.',
    ],
    told: 'The mail holds a link to choose a new password, which works once.',
    ordered: true,
    button: 'Mail the link',
    done: (name) => `A link to choose a new password was mailed to ${name}.`,
    unchanged: (name) => `There was nothing to do for ${name}.`,
    act: startPasswordReset,
  },
  'second-factor-removal': {
    group: 'access',
    label: 'Remove the second factors',
    title: (name) => `Remove the second factors of ${name}`,
    explain: (name) => [
      `The authenticator app, the passkeys and the recovery codes of ${name} are removed: until new ones are set up, the password alone opens the account.`,
      'Every device and program is logged out, personal access tokens are removed, and no browser is trusted any more.',
      `Make sure that it is ${name} who asks, and not somebody who has got hold of the password.`,
    ],
    told: 'The mail holds a link for members who did not ask for this: it locks the account.',
    button: 'Remove the second factors',
    danger: true,
    done: (name) => `The second factors of ${name} were removed.`,
    unchanged: (name) => `${name} has no second factor.`,
    act: removeSecondFactors,
  },
  disabling: {
    group: 'account',
    label: 'Disable',
    title: (name) => `Disable the account of ${name}`,
    explain: (name) => [
      `${name} is logged out everywhere, and cannot log in until somebody enables the account again.`,
      'Nothing is deleted.',
    ],
    button: 'Disable the account',
    danger: true,
    done: (name) => `${name} was disabled.`,
    unchanged: (name) => `${name} was disabled already.`,
    act: disableMember,
  },
  enabling: {
    group: 'account',
    label: 'Enable',
    title: (name) => `Enable the account of ${name}`,
    explain: (name) => [`${name} can log in as before.`],
    button: 'Enable the account',
    done: (name) => `${name} was enabled.`,
    unchanged: (name) => `${name} is not disabled any more.`,
    act: enableMember,
  },
  deletion: {
    group: 'account',
    label: 'Delete',
    title: (name) => `Delete the account of ${name}`,
    explain: (name, erased) => [
      `${name} is logged out everywhere, and cannot log in any more.`,
      ERASING(erased),
    ],
    button: 'Delete the account',
    danger: true,
    done: (name) => `The account of ${name} was deleted.`,
    unchanged: (name) => `The account of ${name} is being deleted already.`,
    act: deleteMember,
  },
  restoration: {
    group: 'account',
    label: 'Restore',
    title: (name) => `Restore the account of ${name}`,
    explain: (name) => [
      `The account of ${name} is as it was before, and nothing of it is erased.`,
      'If it was disabled, it still is.',
    ],
    button: 'Restore the account',
    done: (name) => `The account of ${name} was restored.`,
    unchanged: (name) => `The account of ${name} is not being deleted any more.`,
    act: restoreMember,
  },
};
