import { dictionary } from '@zxcvbn-ts/language-common';
import { z } from 'zod';
import type { FieldErrors } from '../shared/validation.ts';

/**
 * What a password must be (OWASP ASVS 5.0, 6.2; NIST SP 800-63B-4, 3.1.1): 8 to 128 characters with upper,
 * lower, digit and symbol, or a passphrase of 15 or more of any kind; not a common one, and not one that
 * holds what an attacker knows of the person.
 */
const LEAST = 8;
const PASSPHRASE = 15;
const MOST = 128;
const LEAST_DIFFERENT = 5;
const LEAST_CORE = 4;

export const TEXTS = {
  missing: 'Enter a password.',
  short: `Use at least ${LEAST} characters.`,
  long: `Use at most ${MOST} characters.`,
  upper: 'Add an upper-case letter.',
  lower: 'Add a lower-case letter.',
  digit: 'Add a digit.',
  symbol: 'Add a symbol, such as ! or ?.',
  passphrase: `Or use a passphrase of ${PASSPHRASE} characters or more.`,
  common: 'This is one of the passwords that attackers try first. Please choose another.',
  username: 'Leave your username out of the password.',
  email: 'Leave your e-mail name out of the password.',
  store: "Leave the store's name out of the password.",
  repeat: 'Enter the password once more.',
  mismatch: 'The two passwords are not the same.',
};

/** In characters. */
export const PASSWORD_LENGTH = { least: LEAST, most: MOST };

export const PASSWORD_HINT = `At least ${LEAST} characters with upper and lower case, a digit and a symbol, or a passphrase of ${PASSPHRASE} or more.`;

/** What an attacker would try with this person's account first. */
interface PasswordOwner {
  username: string;
  email: string;
  storeName: string;
}

/** What is no text counts as not typed. */
const typed = z
  .object({ password: z.string().catch(''), password_confirmation: z.string().catch('') })
  .catch({ password: '', password_confirmation: '' });

/**
 * Checks a new password that was typed twice: at registration, at a change and at a reset.
 *
 * @param input the form: password, password_confirmation
 * @param owner whose it will be: it must not hold what an attacker knows of the person
 * @returns the password, or what is wrong with each of the two fields
 */
export function checkNewPassword(
  input: unknown,
  owner: PasswordOwner,
): { ok: true; password: string } | { ok: false; errors: FieldErrors } {
  const { password, password_confirmation: repeated } = typed.parse(input);
  const errors: FieldErrors = {};
  const problems = passwordProblems(password, owner);
  if (problems.length > 0) errors.password = problems.join(' ');
  if (repeated !== password || repeated === '') {
    errors.password_confirmation = repeated === '' ? TEXTS.repeat : TEXTS.mismatch;
  }
  return Object.keys(errors).length === 0 ? { ok: true, password } : { ok: false, errors };
}

const KINDS: [RegExp, string][] = [
  [/\p{Lu}/u, TEXTS.upper],
  [/\p{Ll}/u, TEXTS.lower],
  [/\p{Nd}/u, TEXTS.digit],
  [/[^\p{L}\p{Nd}]/u, TEXTS.symbol],
];

/**
 * Says what is wrong with a password, one sentence for each rule that it breaks; empty when it is good.
 * Characters are Unicode code points: a plain emoji is one, one made of several counts as several.
 */
export function passwordProblems(password: string, owner: PasswordOwner): string[] {
  const length = [...password].length;
  if (length === 0) return [TEXTS.missing];

  const problems: string[] = [];
  if (length < LEAST) problems.push(TEXTS.short);
  if (length > MOST) problems.push(TEXTS.long);
  if (length < PASSPHRASE) {
    const missing = KINDS.flatMap(([kind, text]) => (kind.test(password) ? [] : [text]));
    if (missing.length > 0) problems.push(...missing, TEXTS.passphrase);
  }
  if (isCommonPassword(password)) problems.push(TEXTS.common);
  if (holds(password, owner.username)) problems.push(TEXTS.username);
  if (holds(password, owner.email.split('@')[0] ?? '')) problems.push(TEXTS.email);
  if (holds(password, 'gatehouse') || holds(password, owner.storeName)) problems.push(TEXTS.store);
  return problems;
}

/** Whether a text of three letters or more stands in the password, without regard to case and spaces. */
function holds(password: string, text: string): boolean {
  const part = plain(text);
  return part.length >= 3 && plain(password).includes(part);
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s/g, '');
}

const BY_USE = dictionary['passwords-common'];
const COMMON = new Set(BY_USE);
/** The words that attackers dress up with digits and symbols. */
const DRESSED_UP = new Set(BY_USE.slice(0, 3_000));

/** What people write for a letter. A 1 may be itself, as in trustno1, an l or an i. */
const LETTER_FOR: Record<string, string> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const ONES = ['1', 'l', 'i'];
const WRAPPING = 4;

/**
 * Whether a password is among the 49,000 most used, or one of the 3,000 most used in disguise: with digits
 * or symbols around it, letters swapped for look-alikes (`P@ssw0rd2026!`), or is a few characters over and
 * over. The list is in the program: nothing is asked of another server.
 */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  if (COMMON.has(lower) || new Set(lower).size < LEAST_DIFFERENT) return true;
  return coresOf(lower).some((core) => ONES.some((one) => DRESSED_UP.has(spellOut(core, one))));
}

/** The word in a password: from first to last letter, and with some of the signs next to it, which may be letters. */
function coresOf(text: string): string[] {
  const first = text.search(/\p{L}/u);
  const last = text.search(/\p{L}[^\p{L}]*$/u);
  const cores: string[] = [];
  for (let start = first; start >= 0 && start >= first - WRAPPING; start -= 1) {
    for (let end = last + 1; end <= text.length && end <= last + 1 + WRAPPING; end += 1) {
      if (end - start >= LEAST_CORE) cores.push(text.slice(start, end));
    }
  }
  return cores;
}

function spellOut(text: string, one: string): string {
  return text.replaceAll('1', one).replaceAll(/[03457@$!]/g, (sign) => LETTER_FOR[sign] ?? sign);
}
