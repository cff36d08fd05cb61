/** What a reader is told of an event: the details that were written with it. */
type Details = Record<string, unknown>;

interface EventWords {
  /** The line on the member's activity page, in words that also suit admins who read about the member. */
  activity: string | ((details: Details) => string);
  /** The mail that tells the member; events without one are no surprise to whoever caused them. */
  notice?: {
    subject: string;
    text: string | ((details: Details) => string);
    /** Nobody else can have been behind it, so it needs no way to say so. */
    harmless?: boolean;
  };
}

const listed = (value: unknown) => (Array.isArray(value) ? value.join(' and ') : String(value ?? ''));

function codesLeft(left: number): string {
  if (left > 1) return `${left} are left.`;
  return left === 1 ? 'One is left: make new ones soon.' : 'It was the last one: make new ones now.';
}

/** Everything that can happen to an account, with the words in which members read of it. One entry, one event. */
export const ACCOUNT_EVENTS = {
  'access.denied': { activity: 'Something was tried that is not open to this account.' },
  'account.registered': { activity: 'The account was made.' },
  'account.set-up': { activity: 'The account was made as the first administrator.' },
  'account.approved': {
    activity: 'The store approved the membership.',
    notice: {
      subject: 'You are in',
      text: 'The store has approved your membership. Come in and look around.',
      harmless: true,
    },
  },
  'account.created': { activity: 'The store made the account.' },
  'account.declined': {
    activity: ({ until }) => `The store declined the membership. The account will be erased on ${until}.`,
    notice: {
      subject: 'Your membership was declined',
      text: ({ until }) =>
        `The store has declined your membership. On ${until} everything that it holds about you is erased.`,
      harmless: true,
    },
  },
  'account.disabled': {
    activity: 'The store disabled the account.',
    notice: {
      subject: 'Your account was disabled',
      text: 'The store has disabled your account: you cannot log in for now, and every session was ended.',
      harmless: true,
    },
  },
  'account.enabled': {
    activity: 'The store enabled the account again.',
    notice: {
      subject: 'Your account was enabled again',
      text: 'The store has enabled your account again. It is as it was before.',
      harmless: true,
    },
  },
  'account.deleted': {
    activity: ({ until }) => `The store deleted the account. It will be erased on ${until}.`,
    notice: {
      subject: 'Your account was deleted',
      text: ({ until }) =>
        `The store has deleted your account. On ${until} everything that it holds about you is erased; until then it can restore the account.`,
      harmless: true,
    },
  },
  'account.restored': {
    activity: 'The store restored the account.',
    notice: {
      subject: 'Your account was restored',
      text: 'The store has restored your account. It is as it was before, and nothing of it is erased.',
      harmless: true,
    },
  },
  'account.noted': { activity: 'The store added a note about the member to its files.' },
  'account.note-removed': { activity: 'The store removed a note about the member from its files.' },
  'invitation.accepted': {
    activity: ({ role }) => `The store’s invitation was accepted, with the role ${role}.`,
  },
  'account.reported': {
    activity:
      'Something was reported as somebody else’s doing: every session was ended, programs were logged out, personal access tokens removed, and the account locked.',
  },
  'role.changed': {
    activity: ({ from, to }) => `The store changed the role from ${from} to ${to}.`,
    notice: {
      subject: 'Your role was changed',
      text: ({ from, to }) => `The store changed your role from ${from} to ${to}.`,
      harmless: true,
    },
  },
  'login.succeeded': {
    activity: ({ factors, newBrowser, program }) =>
      `${program ? 'A program logged in' : 'Logged in'} with ${listed(factors)}${newBrowser ? ', from a new device' : ''}.`,
    notice: {
      subject: 'A login from a new device',
      text: 'Somebody logged in to your account from a device that was not used before.',
    },
  },
  'login.failed': { activity: ({ reason }) => `A login failed: ${reason ?? 'wrong password'}.` },
  'login.frozen': {
    activity: 'Too many wrong passwords: logging in with the password was stopped for a day.',
    notice: {
      subject: 'Many wrong passwords were tried',
      text: 'Somebody tried so many wrong passwords that logging in with the password is stopped until tomorrow. Devices that you have used before still work, and so does a passkey. If you cannot log in, reset your password.',
    },
  },
  'email.verified': { activity: 'The e-mail address was confirmed.' },
  'email.change-requested': { activity: ({ to }) => `A new e-mail address was asked for: ${to}.` },
  'email.changed': {
    activity: ({ from, to }) => `The e-mail address was changed from ${from} to ${to}.`,
    notice: {
      subject: 'Your e-mail address was changed',
      text: ({ from, to }) =>
        `The e-mail address of your account was changed from ${from} to ${to}. For 7 days you can take this back from here.`,
    },
  },
  'email.changed-by-store': {
    activity: ({ from, to }) => `The store changed the e-mail address from ${from} to ${to}.`,
    notice: {
      subject: 'Your e-mail address was changed',
      text: ({ from, to, proven }) =>
        `The store changed the e-mail address of your account from ${from} to ${to}.${proven ? ' For 7 days you can take this back from here.' : ''}`,
    },
  },
  'email.change-undone': {
    activity: ({ to }) => `The change of the e-mail address was undone: it is ${to} again.`,
  },
  'username.changed': { activity: ({ from, to }) => `The username was changed from ${from} to ${to}.` },
  'username.changed-by-store': {
    activity: ({ from, to }) => `The store changed the username from ${from} to ${to}.`,
    notice: {
      subject: 'Your username was changed',
      text: ({ from, to }) =>
        `The store changed your username from ${from} to ${to}. Log in with the new one.`,
      harmless: true,
    },
  },
  'password.changed': {
    activity: 'The password was changed.',
    notice: { subject: 'Your password was changed', text: 'The password of your account was changed.' },
  },
  'password.reset-requested': { activity: 'A link to reset the password was asked for.' },
  'password.reset-started': { activity: 'The store mailed a link to choose a new password.' },
  'password.reset': {
    activity: 'The password was reset through a mailed link.',
    notice: {
      subject: 'Your password was reset',
      text: 'The password of your account was reset through a mailed link. Every session was ended, programs were logged out, and personal access tokens were removed.',
    },
  },
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
  'session.ended': { activity: ({ device }) => `A device was logged out: ${device}.` },
  'sessions.others-ended': { activity: 'All other devices and all programs were logged out.' },
  'sessions.ended-by-store': {
    activity: 'The store logged all devices and programs out.',
    notice: {
      subject: 'You were logged out everywhere',
      text: 'The store has logged you out on every device, and your programs as well. You can log in again as before.',
      harmless: true,
    },
  },
  'program.logged-out': { activity: 'A program was logged out.' },
  'programs.logged-out': { activity: 'All programs were logged out.' },
  'program.reused': {
    activity: 'A program showed a token that was used before: the program was logged out.',
    notice: {
      subject: 'A program was logged out',
      text: 'A program that was logged in as you showed a token that had been used before. Somebody may have copied it, so the program was logged out. Log it in again; if you do not know why this happened, change your password.',
    },
  },
  'token.made': {
    activity: ({ name }) => `A personal access token was made: ${name}.`,
    notice: {
      subject: 'A personal access token was made',
      text: ({ name }) => `Programs can now use your account with the personal access token “${name}”.`,
    },
  },
  'token.removed': { activity: ({ name }) => `A personal access token was removed: ${name}.` },
  'identity.linked': {
    activity: ({ provider }) => `${provider} was connected: it can be used to log in.`,
    notice: {
      subject: 'A way to log in was connected',
      text: ({ provider, label }) => `${provider} (${label}) can now be used to log in to your account.`,
    },
  },
  'identity.unlinked': {
    activity: ({ provider }) => `${provider} was disconnected: it can no longer be used to log in.`,
    notice: {
      subject: 'A way to log in was disconnected',
      text: ({ provider, label }) =>
        `${provider} (${label}) can no longer be used to log in to your account.`,
    },
  },
  'data.exported': {
    activity: 'The data of the account were downloaded.',
    notice: {
      subject: 'Your data were downloaded',
      text: 'Somebody logged in as you downloaded the data of your account.',
    },
  },
  'account.closing': {
    activity: ({ until }) => `The account was closed. It will be erased on ${until}.`,
    notice: {
      subject: 'Your account was closed',
      text: ({ until }) =>
        `Your account was closed. On ${until} everything that the store holds about you is erased. Until then you can come back with the link below; the account is then as it was.`,
    },
  },
  'account.came-back': { activity: 'The closing of the account was undone.' },
  'account.erased': { activity: 'The account was erased.' },
} satisfies Record<string, EventWords>;

export type AccountAction = keyof typeof ACCOUNT_EVENTS;

/** What admins do to members, they say why. */
export function reasonWords(reason: string): string {
  return `Reason given: ${reason}`;
}

/** The line of an event on the activity page; events of a newer version of the store are named as they are. */
export function activityText(action: string, details: Details): string {
  const words: EventWords | undefined = ACCOUNT_EVENTS[action as AccountAction];
  if (!words) return action;
  const text = typeof words.activity === 'string' ? words.activity : words.activity(details);
  return [text, ...reasonOf(action, details)].join(' ');
}

/** The reason that was given for an event, as its member reads it: none or one paragraph. */
export function reasonOf(action: string, { reason }: Details): string[] {
  // Why a login failed stands in its own words.
  return typeof reason === 'string' && action !== 'login.failed' ? [reasonWords(reason)] : [];
}

/** What a mail says of an event; undefined when none is sent. */
export function noticeOf(
  action: AccountAction,
  details: Details,
): { subject: string; text: string; harmless: boolean } | undefined {
  const { notice }: EventWords = ACCOUNT_EVENTS[action];
  if (!notice) return undefined;
  const { subject, text, harmless = false } = notice;
  return { subject, text: typeof text === 'string' ? text : text(details), harmless };
}
