/** What a mail says. One pair of templates turns it into text and HTML, so that both say the same. */
export interface Message {
  subject: string;
  /** Whom it greets. */
  name: string;
  paragraphs: string[];
  /** When, where, on which device: printed as a small table. */
  facts?: { label: string; value: string }[];
  /** The one thing to do; the path becomes an address under PUBLIC_URL. */
  action?: { label: string; path: string };
  /** What is said below the action. */
  closing?: string[];
  /** The way out for whoever did not cause this mail. */
  alarm?: { text: string; label: string; path: string };
}

/** A mail to be sent. */
export interface Mail {
  to: string;
  /** Whose account it is about; it goes when that account goes. */
  userId?: number;
  message: Message;
}
