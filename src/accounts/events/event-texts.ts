import type { EventLimit } from './limited-events.ts';

/** What a reader is told of an event: the details that were written with it. */
export type Details = Record<string, unknown>;

export interface EventText {
  /** The line on the member's activity page, in words that also suit admins who read about the member. */
  activity: string | ((details: Details) => string);
  /** The mail that tells the member; events without one are no surprise to whoever caused them. */
  notice?: {
    subject: string;
    text: string | ((details: Details) => string);
    /** Nobody else can have been behind it, so it needs no way to say so. */
    harmless?: boolean;
    /** The member waits for it: it goes to an address that was never confirmed as well. */
    ordered?: boolean;
    /** What can be done about it. */
    button?: { label: string; path: string };
    /** For what somebody can cause who is not logged in: how many mails there are, and what one says of all others. */
    digest?: EventLimit & { subject: string; text: (count: number) => string };
  };
}
