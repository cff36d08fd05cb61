import { ACCESS_EVENTS } from './access.ts';
import { LIFE_EVENTS } from './account-life.ts';
import type { Details, EventText, Notice } from './event-texts.ts';

/** Everything that can happen to an account, with the words in which members read of it. One entry, one event. */
export const ACCOUNT_EVENTS = { ...LIFE_EVENTS, ...ACCESS_EVENTS };

export type AccountAction = keyof typeof ACCOUNT_EVENTS;

/** What admins do to members, they say why. */
export function formatReason(reason: string): string {
  return `Reason given: ${reason}`;
}

const textOf = (text: EventText['activity'], details: Details) =>
  typeof text === 'string' ? text : text(details);

/** The line of an event on the activity page; events of a newer version of the store are named as they are. */
export function activityText(action: string, details: Details): string {
  const event: EventText | undefined = ACCOUNT_EVENTS[action as AccountAction];
  return event ? [textOf(event.activity, details), ...reasonOf(action, details)].join(' ') : action;
}

/** The reason that was given for an event, as its member reads it: none or one paragraph. */
export function reasonOf(action: string, { reason }: Details): string[] {
  // Why a login failed stands in its own words.
  return typeof reason === 'string' && action !== 'login.failed' ? [formatReason(reason)] : [];
}

/** What a mail says of an event; undefined when none is sent. */
export function noticeOf(
  action: AccountAction,
  details: Details,
): (Omit<Notice, 'mail'> & { text: string }) | undefined {
  const { subject, mail, ...notice }: EventText = ACCOUNT_EVENTS[action];
  return subject && mail ? { ...notice, subject, text: textOf(mail, details) } : undefined;
}
