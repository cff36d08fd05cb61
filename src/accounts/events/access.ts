import { paths } from '../../paths.ts';
import { DAY, HOUR } from '../../shared/clock.ts';
import type { EventText } from './event-texts.ts';

const times = (count: number) => (count === 1 ? 'once more' : `${count} more times`);
const listed = (value: unknown) => (Array.isArray(value) ? value.join(' and ') : String(value ?? ''));

function codesLeft(left: number): string {
  if (left > 1) return `${left} are left.`;
  return left === 1 ? 'One is left: make new ones soon.' : 'It was the last one: make new ones now.';
}

/** How people and API clients come in and go out, and by what they are known. */
export const ACCESS_EVENTS = {
  'login.succeeded': {
    activity: ({ factors, newBrowser, program }) =>
      `${program ? 'A program logged in' : 'Logged in'} with ${listed(factors)}${newBrowser ? ', from a new device' : ''}.`,
    subject: 'A login from a new device',
    mail: 'Somebody logged in to your account from a device that was not used before.',
    digest: {
      oneByOne: 2,
      every: HOUR,
      subject: 'More logins from new devices',
      text: (count) =>
        `Somebody logged in to your account ${times(count)} from devices that were not used before.`,
    },
  },
  'login.second-factor-required': {
    activity: ({ factors }) => `A login with ${listed(factors)} was asked for a second factor.`,
    subject: 'Somebody else may know your password',
    mail: 'Somebody entered your password on a device that is new to your account, and was asked for the second factor. If this was you, there is nothing to do. If not, change your password now: only the second factor keeps them out.',
    button: { label: 'Change password', path: paths.password() },
    digest: {
      oneByOne: 1,
      every: DAY,
      subject: 'Somebody else may know your password',
      text: (count) =>
        `Somebody entered your password ${times(count)} on devices that are new to your account.`,
    },
  },
  'login.throttled': {
    activity: ({ more }) =>
      `${more === 1 ? '1 login attempt was' : `${more} login attempts were`} refused within an hour, because there had been too many.`,
  },
  'login.failed': { activity: ({ reason }) => `A login failed: ${reason ?? 'wrong password'}.` },
  'login.slowed': {
    activity: 'Too many wrong passwords: new devices and networks now wait up to an hour between attempts.',
    subject: 'Many wrong passwords were tried',
    mail: 'Somebody tried many wrong passwords on your account. From new devices and networks, you may now have to wait up to an hour before you can log in with your password. Devices and networks that you have used before still work, and so does a passkey. If you cannot log in, reset your password.',
    digest: {
      oneByOne: 1,
      every: DAY,
      subject: 'Many wrong passwords were tried',
      text: (count) => `Somebody tried many wrong passwords on your account ${times(count)}.`,
    },
  },
  'email.verified': { activity: 'The e-mail address was confirmed.' },
  'email.change-requested': { activity: ({ to }) => `A new e-mail address was asked for: ${to}.` },
  'email.changed': {
    activity: ({ from, to }) => `The e-mail address was changed from ${from} to ${to}.`,
    subject: 'Your e-mail address was changed',
    mail: ({ from, to }) =>
      `The e-mail address of your account was changed from ${from} to ${to}. For 7 days you can take this back from here.`,
  },
  'email.changed-by-store': {
    activity: ({ from, to }) => `The store changed the e-mail address from ${from} to ${to}.`,
    subject: 'Your e-mail address was changed',
    mail: ({ from, to, proven }) =>
      `The store changed the e-mail address of your account from ${from} to ${to}.${proven ? ' For 7 days you can take this back from here.' : ''}`,
  },
  'email.change-undone': {
    activity: ({ to }) => `The change of the e-mail address was undone: it is ${to} again.`,
  },
  'username.changed': {
    activity: ({ from, to }) => `The username was changed from ${from} to ${to}.`,
    subject: 'Your username was changed',
    mail: ({ from, to }) =>
      `Your username was changed from ${from} to ${to}. Log in with the new one. For 90 days nobody else can take the old one.`,
  },
  'username.changed-by-store': {
    activity: ({ from, to }) => `The store changed the username from ${from} to ${to}.`,
    subject: 'Your username was changed',
    mail: ({ from, to }) => `The store changed your username from ${from} to ${to}. Log in with the new one.`,
    harmless: true,
  },
  'password.changed': {
    activity: 'The password was changed.',
    subject: 'Your password was changed',
    mail: 'The password of your account was changed.',
  },
  'password.reset-requested': { activity: 'A link to reset the password was asked for.' },
  'password.reset-started': { activity: 'The store mailed a link to choose a new password.' },
  'password.reset': {
    activity: 'The password was reset through a mailed link.',
    subject: 'Your password was reset',
    mail: 'The password of your account was reset through a mailed link. Every session was ended, programs were logged out, and personal access tokens were removed.',
  },
  'session.ended': { activity: ({ device }) => `A device was logged out: ${device}.` },
  'sessions.others-ended': { activity: 'All other devices and all programs were logged out.' },
  'sessions.ended-by-store': {
    activity: 'The store logged all devices and programs out.',
    subject: 'You were logged out everywhere',
    mail: 'The store has logged you out on every device, and your programs as well. You can log in again as before.',
    harmless: true,
  },
  'program.logged-out': { activity: 'A program was logged out.' },
  'programs.logged-out': { activity: 'All programs were logged out.' },
  'program.reused': {
    activity: 'A program showed a token that was used before: the program was logged out.',
    subject: 'A program was logged out',
    mail: 'A program that was logged in as you showed a token that had been used before. Somebody may have copied it, so the program was logged out. Log it in again; if you do not know why this happened, change your password.',
  },
  'token.made': {
    activity: ({ name }) => `A personal access token was made: ${name}.`,
    subject: 'A personal access token was made',
    mail: ({ name }) => `Programs can now use your account with the personal access token “${name}”.`,
  },
  'token.removed': { activity: ({ name }) => `A personal access token was removed: ${name}.` },
  'identity.linked': {
    activity: ({ provider }) => `${provider} was connected: it can be used to log in.`,
    subject: 'A way to log in was connected',
    mail: ({ provider, label }) => `${provider} (${label}) can now be used to log in to your account.`,
  },
  'identity.unlinked': {
    activity: ({ provider }) => `${provider} was disconnected: it can no longer be used to log in.`,
    subject: 'A way to log in was disconnected',
    mail: ({ provider, label }) => `${provider} (${label}) can no longer be used to log in to your account.`,
  },
  'two-factor.app-added': {
    activity: 'An authenticator app was added.',
    subject: 'An authenticator app was added',
    mail: 'Logging in to your account now asks for a code from an authenticator app.',
  },
  'two-factor.app-replaced': {
    activity: 'Another authenticator app took the place of the one before.',
    subject: 'Your authenticator app was replaced',
    mail: 'Logging in to your account now asks for a code from another authenticator app. Codes from the one before no longer work.',
  },
  'two-factor.app-removed': {
    activity: 'The authenticator app was removed.',
    subject: 'The authenticator app was removed',
    mail: 'Logging in to your account no longer takes codes from the authenticator app.',
  },
  'two-factor.removed-by-store': {
    activity: 'The store removed every second factor: a login asks for the password alone.',
    subject: 'Your second factors were removed',
    mail: 'The store has removed the authenticator app, the passkeys and the recovery codes of your account. A login now asks for the password alone. Every session was ended, programs were logged out, and personal access tokens were removed. Please set up two-factor authentication again.',
  },
  'recovery-codes.made': {
    activity: 'New recovery codes were made.',
    subject: 'New recovery codes were made',
    mail: 'New recovery codes were made for your account. The old ones no longer work.',
  },
  'recovery-code.used': {
    activity: ({ left }) => `A recovery code was used; ${left} left.`,
    subject: 'A recovery code was used',
    mail: ({ left }) => `Somebody used one of your recovery codes. ${codesLeft(Number(left))}`,
  },
  'passkey.added': {
    activity: ({ name }) => `A passkey was added: ${name}.`,
    subject: 'A passkey was added',
    mail: ({ name }) => `The passkey “${name}” can now be used to log in to your account.`,
  },
  'passkey.renamed': { activity: ({ from, to }) => `The passkey ${from} was renamed to ${to}.` },
  'passkey.removed': {
    activity: ({ name }) => `A passkey was removed: ${name}.`,
    subject: 'A passkey was removed',
    mail: ({ name }) => `The passkey “${name}” can no longer be used to log in to your account.`,
  },
  'browser.trusted': {
    activity: 'A browser was trusted for 30 days: it is not asked for a second factor.',
  },
  'browser.distrusted': { activity: 'The trust in a browser was ended.' },
} satisfies Record<string, EventText>;
