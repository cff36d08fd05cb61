import { z } from 'zod';

/** The longest address that SMTP carries (RFC 5321, 4.5.3.1.3, less the angle brackets). */
export const LONGEST_EMAIL = 254;

export const TEXTS = {
  missing: 'Enter an e-mail address.',
  shape: 'Enter an e-mail address such as name@example.org.',
  length: `Use an address of at most ${LONGEST_EMAIL} characters.`,
};

/** An e-mail address of up to 254 characters. Whether it receives mail, only a mail can show. */
export const emailField = z
  .string({ error: TEXTS.missing })
  .trim()
  .min(1, { error: TEXTS.missing, abort: true })
  .max(LONGEST_EMAIL, { error: TEXTS.length, abort: true })
  .pipe(z.email(TEXTS.shape));
