import { emailField, LONGEST_EMAIL } from '../accounts/emails.ts';
import { foldCase } from '../database/fold-case.ts';

export interface ListedAddress {
  /** From 1, as an editor counts. */
  line: number;
  email: string;
  /** By which it is compared with others: without regard to case. */
  key: string;
}

/** What is wrong with a line: there is no address in it, or this one that is none. */
export interface UnreadableLine {
  line: number;
  problem: 'no-address' | 'malformed' | 'too-long';
  /** What stands there, cut where it is long. */
  text: string;
}

export interface AddressList {
  /** Each address once, where it stands first. */
  addresses: ListedAddress[];
  unreadable: UnreadableLine[];
  /** How many addresses stood there before. */
  repeated: number;
  /** Whether there is more than was to be read. */
  cut: boolean;
}

/** As much of a wrong line as tells which one it is. */
const SHOWN = 60;
/** Longer than any address with what may stand around it. */
const LONGEST_WORD = LONGEST_EMAIL + 50;

/**
 * Reads e-mail addresses out of a list as people paste it: one a line or several, with names before or around them
 * (`Anna Smith <anna@example.org>`, `"Smith, Anna" <…>`, `Anna Smith, anna@example.org`), as columns of a table with
 * commas, semicolons or tabs between. Names and other columns are left out. The work grows with the length of the
 * text and no faster, whatever stands in it.
 *
 * @param most after so many addresses and wrong lines it stops
 */
export function readAddressList(text: string, most: number): AddressList {
  const list: AddressList = { addresses: [], unreadable: [], repeated: 0, cut: false };
  const known = new Set<string>();
  for (const [index, content] of linesOf(text).entries()) {
    if (content === '') continue;
    const line = index + 1;
    const found = cellsOf(content).flatMap(addressesIn);
    if (found.length === 0) list.unreadable.push({ line, problem: 'no-address', text: shortened(content) });
    for (const email of found.slice(0, most + 1)) {
      const problem = problemOf(email);
      const key = foldCase(email);
      if (problem) list.unreadable.push({ line, problem, text: shortened(email) });
      else if (known.has(key)) list.repeated += 1;
      else {
        known.add(key);
        list.addresses.push({ line, email, key });
      }
    }
    list.cut = list.addresses.length + list.unreadable.length + list.repeated > most;
    if (list.cut) break;
  }
  return list;
}

/** Without marks that nobody sees: a byte order mark, spaces of no width that come along from web pages. */
function linesOf(text: string): string[] {
  return text
    .replaceAll(/\u200b|\u200c|\u200d|\u2060|\ufeff/g, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim());
}

/** What commas, semicolons and tabs part, but for those between quotation marks, if each of these has its partner. */
function cellsOf(line: string): string[] {
  const isQuoted = line.split('"').length % 2 === 1;
  return isQuoted ? (line.match(/(?:[^",;\t]|"[^"]*")+/g) ?? []) : line.split(/[,;\t]/);
}

/** The addresses of a cell: those in angle brackets, else every word with an @ that does not begin with it. */
function addressesIn(cell: string): string[] {
  if (!cell.includes('@')) return [];
  const bracketed = [...cell.matchAll(/<([^<>]*)>/g)].map(([, inside = '']) => inside);
  const marked = bracketed.filter((inside) => inside.includes('@'));
  const words = marked.length > 0 ? marked : cell.split(/\s+/);
  return words.map(bare).filter((word) => word.indexOf('@') > 0);
}

/** A word without what stands around an address. */
function bare(word: string): string {
  if (word.length > LONGEST_WORD) return word;
  return word
    .trim()
    .replace(/^["'(<[]+/, '')
    .replace(/^mailto:/i, '')
    .replace(/["')>\].,:]+$/, '');
}

function problemOf(email: string): 'malformed' | 'too-long' | undefined {
  if (email.length > LONGEST_EMAIL) return 'too-long';
  return emailField.safeParse(email).success ? undefined : 'malformed';
}

function shortened(text: string): string {
  // A character is one or two of what a string counts.
  const characters = [...text.slice(0, 2 * SHOWN + 2)];
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}…` : text;
}
