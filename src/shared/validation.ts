import { z } from 'zod';

export const TEXTS = {
  unknown: 'This field is not known here.',
  missing: 'This is required.',
  types: {
    string: 'This must be text.',
    number: 'This must be a number.',
    int: 'This must be a whole number.',
    boolean: 'Use true or false.',
    array: 'This must be a list.',
    object: 'This must be a JSON object.',
  } as Record<string, string | undefined>,
  choice: (values: readonly unknown[]) => `Use one of ${values.join(', ')}.`,
  only: (value: unknown) => `Use ${value}.`,
  atMost: (most: unknown, unit: string) => `Use at most ${most}${unit}.`,
  atLeast: (least: unknown, unit: string) => `Use at least ${least}${unit}.`,
  units: { string: ' characters', array: ' entries' } as Record<string, string | undefined>,
  formats: {
    email: 'Use an email address such as name@example.org.',
    date: 'Use a date such as 2026-11-21.',
    datetime: 'Use a date and time such as 2026-11-21T13:32:00.000Z.',
    url: 'Use a web address such as https://example.org.',
  } as Record<string, string | undefined>,
  other: 'This value is not valid.',
};

/** What zod would say in words of its own, where a schema says nothing. */
function textOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? TEXTS.missing : (TEXTS.types[issue.expected] ?? TEXTS.other);
    case 'invalid_value': {
      const [value, ...others] = issue.values;
      return others.length === 0 ? TEXTS.only(value) : TEXTS.choice(issue.values);
    }
    case 'too_big':
      return TEXTS.atMost(issue.maximum, TEXTS.units[issue.origin] ?? '');
    case 'too_small':
      return TEXTS.atLeast(issue.minimum, TEXTS.units[issue.origin] ?? '');
    case 'invalid_format':
      return TEXTS.formats[issue.format] ?? TEXTS.other;
    default:
      return TEXTS.other;
  }
}

z.config({ customError: textOf });

/** One message for each wrong field, by the field's name. */
export type FieldErrors = Record<string, string>;

/** The refusal of a form. */
export interface InvalidForm {
  ok: false;
  problem: 'invalid';
  errors: FieldErrors;
}

/** What was sent, checked: either values of the schema's types or what is wrong with each field. */
export type Checked<Values> = { ok: true; values: Values } | { ok: false; errors: FieldErrors };

/**
 * Checks input from a form, the API or the command line against a schema. All errors come back at once; the
 * several messages of one field are joined into one text. What the schema does not name is ignored, unless it is strict.
 */
export function checkInput<Schema extends z.ZodObject>(
  schema: Schema,
  input: unknown,
): Checked<z.output<Schema>> {
  const read = schema.safeParse(input ?? {});
  if (read.success) return { ok: true, values: read.data };
  // Without a prototype, for which a field may be named.
  const errors: FieldErrors = Object.create(null);
  const ofWrongType = new Set<string>();
  for (const issue of read.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) errors[key] = TEXTS.unknown;
      continue;
    }
    const field = String(issue.path[0] ?? '');
    // A list that should have been text has a length all the same, which zod measures, too.
    if (ofWrongType.has(field)) continue;
    if (issue.code === 'invalid_type' && issue.path.length === 1) ofWrongType.add(field);
    errors[field] = errors[field] ? `${errors[field]} ${issue.message}` : issue.message;
  }
  return { ok: false, errors };
}

/** Makes every line end one character, as the browser counts that sent two for each. */
export function oneLineEnd(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** A character that can be seen. A name or a reason without one would be none. */
export const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
