import { z } from 'zod';
import type { FieldErrors } from '../shared/validation.ts';
import { type PasswordOwner, passwordProblems } from './passwords.ts';

export const TEXTS = {
  repeat: 'Enter the password once more.',
  mismatch: 'The two passwords are not the same.',
};

/** What is no text counts as not typed. */
const typed = z
  .object({ password: z.string().catch(''), password_confirmation: z.string().catch('') })
  .catch({ password: '', password_confirmation: '' });

export type NewPassword = { ok: true; password: string } | { ok: false; errors: FieldErrors };

/**
 * Checks a new password that was typed twice: at registration, at a change and at a reset.
 *
 * @param input the form: password, password_confirmation
 * @param owner whose it will be: it must not hold what an attacker knows of the person
 * @returns the password, or what is wrong with each of the two fields
 */
export function checkNewPassword(input: unknown, owner: PasswordOwner): NewPassword {
  const { password, password_confirmation: repeated } = typed.parse(input);
  const errors: FieldErrors = {};
  const problems = passwordProblems(password, owner);
  if (problems.length > 0) errors.password = problems.join(' ');
  if (repeated !== password || repeated === '') {
    errors.password_confirmation = repeated === '' ? TEXTS.repeat : TEXTS.mismatch;
  }
  return Object.keys(errors).length === 0 ? { ok: true, password } : { ok: false, errors };
}
