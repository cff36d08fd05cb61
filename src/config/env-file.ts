import { existsSync, readFileSync } from 'node:fs';
import { reasonOf } from '../shared/reason.ts';
import { unknownNames } from './names.ts';

export const ENV_FILE = '.env';

export const TEXTS = {
  unreadable: (file: string, reason: string) => `${file} cannot be read (${reason}).`,
  line: (number: number, file: string) =>
    `Line ${number} of ${file} is not NAME=value. Put a value that holds a quote or # in quotes of another kind.`,
  twice: (number: number, file: string, name: string) =>
    `Line ${number} of ${file} sets ${name} a second time.`,
  unknown: (problem: string, file: string) => `${file}: ${problem}`,
};

const EMPTY = /^\s*(#.*)?$/;

const SETTING = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/;
const QUOTED = /^(["'`])((?:(?!\1).)*)\1\s*(?:#.*)?$/;
const PLAIN = /^([^"'`#\s][^#]*?)?\s*(?:(?:^|(?<=\s))#.*)?$/;

/**
 * Reads a `.env` file, line by line. Node's `parseEnv` leaves out what it does not understand, and cuts a value off at a
 * quote or a # within it; here that is a line to be mended.
 *
 * @returns what it sets, nothing where there is none; and what is wrong with it, one sentence each, without its values
 */
export function readEnvFile(file = ENV_FILE): { values: NodeJS.Dict<string>; problems: string[] } {
  if (!existsSync(file)) return { values: {}, problems: [] };
  let text: string;
  try {
    // Some editors begin a file with a mark of its encoding, which would be part of the first name.
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    return { values: {}, problems: [TEXTS.unreadable(file, reasonOf(error))] };
  }
  const values: NodeJS.Dict<string> = {};
  const broken: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (EMPTY.test(line)) continue;
    const [, name, rest = ''] = SETTING.exec(line) ?? [];
    const value = valueIn(rest.trim());
    if (name === undefined || value === undefined) broken.push(TEXTS.line(index + 1, file));
    // The last would win, an empty one of a template among them.
    else if (Object.hasOwn(values, name)) broken.push(TEXTS.twice(index + 1, file, name));
    else values[name] = value;
  }
  const unknown = unknownNames(Object.keys(values)).map((problem) => TEXTS.unknown(problem, file));
  return { values, problems: [...broken, ...unknown] };
}

/** @returns undefined where it is not clear where the value ends */
function valueIn(text: string): string | undefined {
  const quoted = QUOTED.exec(text);
  if (quoted) return quoted[2];
  const plain = PLAIN.exec(text);
  return plain ? (plain[1] ?? '') : undefined;
}
