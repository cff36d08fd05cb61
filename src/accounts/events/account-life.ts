import type { EventText } from './event-texts.ts';

/** From the first day of an account to its last, and what it may do meanwhile. */
export const LIFE_EVENTS = {
  'access.denied': {
    activity: ({ more }) =>
      more === undefined
        ? 'Something was tried that is not open to this account.'
        : `Something that is not open to this account was tried ${more === 1 ? 'once more' : `${more} more times`} within an hour.`,
  },
  'account.registered': { activity: 'The account was made.' },
  'account.registered-again': { activity: 'Somebody tried to register with your email address.' },
  'account.set-up': { activity: 'The account was made as the first administrator.' },
  'account.approved': {
    activity: 'The store approved the membership.',
    subject: 'You are in',
    mail: 'The store has approved your membership. Come in and look around.',
    harmless: true,
    ordered: true,
  },
  'account.created': { activity: 'The store made the account.' },
  'account.declined': {
    activity: ({ until }) => `The store declined the membership. The account will be erased on ${until}.`,
    subject: 'Your membership was declined',
    mail: ({ until }) =>
      `The store has declined your membership. On ${until} everything that it holds about you is erased.`,
    harmless: true,
    ordered: true,
  },
  'account.disabled': {
    activity: 'The store disabled the account.',
    subject: 'Your account was disabled',
    mail: 'The store has disabled your account: you cannot log in for now, and every session was ended.',
    harmless: true,
  },
  'account.enabled': {
    activity: 'The store enabled the account again.',
    subject: 'Your account was enabled again',
    mail: 'The store has enabled your account again. It is as it was before.',
    harmless: true,
  },
  'account.deleted': {
    activity: ({ until }) => `The store deleted the account. It will be erased on ${until}.`,
    subject: 'Your account was deleted',
    mail: ({ until }) =>
      `The store has deleted your account. On ${until} everything that it holds about you is erased; until then it can restore the account.`,
    harmless: true,
  },
  'account.restored': {
    activity: 'The store restored the account.',
    subject: 'Your account was restored',
    mail: 'The store has restored your account. It is as it was before, and nothing of it is erased.',
    harmless: true,
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
    subject: 'Your role was changed',
    mail: ({ from, to }) => `The store changed your role from ${from} to ${to}.`,
    harmless: true,
  },
  'data.exported': {
    activity: 'The data of the account were downloaded.',
    subject: 'Your data were downloaded',
    mail: 'Somebody logged in as you downloaded the data of your account.',
  },
  'account.closing': {
    activity: ({ until }) => `The account was closed. It will be erased on ${until}.`,
    subject: 'Your account was closed',
    mail: ({ until }) =>
      `Your account was closed. On ${until} everything that the store holds about you is erased. Until then you can come back with the link below; the account is then as it was.`,
    ordered: true,
  },
  'account.came-back': { activity: 'The closing of the account was undone.' },
  'account.erased': { activity: 'The account was erased.' },
} satisfies Record<string, EventText>;
