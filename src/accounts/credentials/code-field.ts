import { z } from 'zod';
import type { FieldSpec } from '../../web/forms.ts';

export const TEXTS = {
  missing: 'Enter a code.',
  wrong: 'This code is wrong, or it was used before.',
  code: 'Code',
  codeHint: 'The six digits that your authenticator app shows now, or one of your recovery codes.',
  recoveryCode: 'Recovery code',
  recoveryCodeHint: 'One of the codes that you kept when two-factor authentication was turned on.',
};

export const WRONG_CODE = TEXTS.wrong;

/** Room for every way to write a code; what is longer is none. */
const LONGEST = 100;

export const codeForm = z.object({
  code: z.string({ error: TEXTS.missing }).trim().min(1, TEXTS.missing).max(LONGEST, TEXTS.wrong),
});

/**
 * The field for a code. Not of numbers alone: recovery codes have letters.
 *
 * @param app whether there is an app to take a code from, besides the recovery codes
 */
export function codeField(app: boolean): FieldSpec {
  return {
    label: app ? TEXTS.code : TEXTS.recoveryCode,
    hint: app ? TEXTS.codeHint : TEXTS.recoveryCodeHint,
    autocomplete: 'one-time-code',
  };
}
