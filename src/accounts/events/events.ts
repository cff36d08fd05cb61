import { ACCESS_EVENTS } from './access.ts';
import { LIFE_EVENTS } from './account-life.ts';
import type { Details, EventText } from './event-texts.ts';
import { FACTOR_EVENTS } from './second-factors.ts';

/** Everything that can happen to an account, with the words in which members read of it. One entry, one event. */
export const ACCOUNT_EVENTS = { ...LIFE_EVENTS, ...ACCESS_EVENTS, ...FACTOR_EVENTS };

export type AccountAction = keyof typeof ACCOUNT_EVENTS;

/** What admins do to members, they say why. */
export function formatReason(reason: string): string {
  return `Reason given: ${reason}`;
}

/** The line of an event on the activity page; events of a newer version of the store are named as they are. */
export function activityText(action: string, details: Details): string {
  const words: EventText | undefined = ACCOUNT_EVENTS[action as AccountAction];
  if (!words) return action;
  const text = typeof words.activity === 'string' ? words.activity : words.activity(details);
  return [text, ...reasonOf(action, details)].join(' ');
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
): (EventText['notice'] & { text: string }) | undefined {
  const { notice }: EventText = ACCOUNT_EVENTS[action];
  if (!notice) return undefined;
  return { ...notice, text: typeof notice.text === 'string' ? notice.text : notice.text(details) };
}
