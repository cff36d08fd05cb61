import type { z } from 'zod';

const UNKNOWN_FIELD = 'This field is not known here.';

/** One message for each wrong field, by the field's name. */
export type FieldErrors = Record<string, string>;

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
  for (const issue of read.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) errors[key] = UNKNOWN_FIELD;
      continue;
    }
    const field = String(issue.path[0] ?? '');
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
