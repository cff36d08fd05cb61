import type { EventLimit } from './limited-events.ts';

/** What was written down with an event. */
export type Details = Record<string, unknown>;

/** The mail that tells the member of an event. */
export interface Notice {
  subject: string;
  mail: string | ((details: Details) => string);
  /** Nobody else can have been behind it, so it needs no way to say so. */
  harmless?: boolean;
  /** The member waits for it: it goes to an address that was never confirmed as well. */
  ordered?: boolean;
  button?: { label: string; path: string };
  /** For what somebody can cause who is not logged in: how many mails there are, and what one says of all others. */
  digest?: EventLimit & { subject: string; text: (count: number) => string };
}

/** Events without a notice are no surprise to whoever caused them. */
export interface EventText extends Partial<Notice> {
  /** The line on the member's activity page, in words that also suit admins who read about the member. */
  activity: string | ((details: Details) => string);
}
