import { foldCase } from '../../database/fold-case.ts';

/**
 * By which words a member is found: username and e-mail address as a whole, and the words they are made of. Members
 * are found by how a word begins, so what another word begins with need not be there itself.
 */
export function wordsOf({ username, email }: { username: string; email: string }): string[] {
  const keys = [foldCase(username), foldCase(email)];
  const words = new Set([...keys, ...keys.flatMap((key) => key.split(/[^\p{L}\p{N}]+/u))]);
  return [...words].filter((word) => ![...words].some((other) => other !== word && other.startsWith(word)));
}

/** No address is longer. */
export const LONGEST_SEARCH = 254;
const MOST_WORDS = 3;

/** What stands around names and addresses where they are copied from: `Smith, Anna <anna@example.org>;`. */
const AROUND_WORDS = /[\s,;:<>()"“”]+/u;

/** The words that a search asks for, at most three: each must be the beginning of one of a member's words. */
export function searchWords(text: string): string[] {
  const words = foldCase(text.slice(0, LONGEST_SEARCH)).split(AROUND_WORDS).filter(Boolean);
  return [...new Set(words)].slice(0, MOST_WORDS);
}
