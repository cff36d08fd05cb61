import type { EventText } from './event-texts.ts';

function codesLeft(left: number): string {
  if (left > 1) return `${left} are left.`;
  return left === 1 ? 'One is left: make new ones soon.' : 'It was the last one: make new ones now.';
}

/** What a login asks for besides. */
export const FACTOR_EVENTS = {
  'two-factor.app-added': {
    activity: 'An authenticator app was added.',
    notice: {
      subject: 'An authenticator app was added',
      text: 'Logging in to your account now asks for a code from an authenticator app.',
    },
  },
  'two-factor.app-replaced': {
    activity: 'Another authenticator app took the place of the one before.',
    notice: {
      subject: 'Your authenticator app was replaced',
      text: 'Logging in to your account now asks for a code from another authenticator app. Codes from the one before no longer work.',
    },
  },
  'two-factor.app-removed': {
    activity: 'The authenticator app was removed.',
    notice: {
      subject: 'The authenticator app was removed',
      text: 'Logging in to your account no longer takes codes from the authenticator app.',
    },
  },
  'two-factor.removed-by-store': {
    activity: 'The store removed every second factor: a login asks for the password alone.',
    notice: {
      subject: 'Your second factors were removed',
      text: 'The store has removed the authenticator app, the passkeys and the recovery codes of your account. A login now asks for the password alone. Every session was ended, programs were logged out, and personal access tokens were removed. Please set up two-factor authentication again.',
    },
  },
  'recovery-codes.made': {
    activity: 'New recovery codes were made.',
    notice: {
      subject: 'New recovery codes were made',
      text: 'New recovery codes were made for your account. The old ones no longer work.',
    },
  },
  'recovery-code.used': {
    activity: ({ left }) => `A recovery code was used; ${left} left.`,
    notice: {
      subject: 'A recovery code was used',
      text: ({ left }) => `Somebody used one of your recovery codes. ${codesLeft(Number(left))}`,
    },
  },
  'passkey.added': {
    activity: ({ name }) => `A passkey was added: ${name}.`,
    notice: {
      subject: 'A passkey was added',
      text: ({ name }) => `The passkey “${name}” can now be used to log in to your account.`,
    },
  },
  'passkey.renamed': { activity: ({ from, to }) => `The passkey ${from} was renamed to ${to}.` },
  'passkey.removed': {
    activity: ({ name }) => `A passkey was removed: ${name}.`,
    notice: {
      subject: 'A passkey was removed',
      text: ({ name }) => `The passkey “${name}” can no longer be used to log in to your account.`,
    },
  },
  'browser.trusted': {
    activity: 'A browser was trusted for 30 days: it is not asked for a second factor.',
  },
  'browser.distrusted': { activity: 'The trust in a browser was ended.' },
} satisfies Record<string, EventText>;
