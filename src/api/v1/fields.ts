import { z } from 'zod';
import { PASSWORD_LENGTH } from '../../accounts/passwords.ts';
import { NUMBER } from '../../web/ids.ts';

export const idInAddress = z
  .string()
  .refine((text) => NUMBER.test(text))
  .transform(Number)
  // What is text in the address.
  .meta({ type: 'integer', minimum: 1 });

export const idParams = z.object({
  id: idInAddress.meta({ description: 'The id, from `id` of an answer.' }),
});

/** An id within a cursor: no database could be asked for a larger one. */
export const idInCursor = z.int32().positive();

/**
 * A text that a rule checks by itself, so that all errors come back at once: also those that need a look at the
 * database. It is documented as the field that the rule checks it with.
 */
export function checkedByRule(field: z.ZodType, description?: string) {
  const { $schema: _dialect, ...documentation } = z.toJSONSchema(field, { io: 'input' });
  return z.string().meta({ ...documentation, ...(description ? { description } : {}) });
}

/** A moment as it is sent: ISO 8601, in UTC. */
export const moment = z.iso.datetime();

export function momentOf(time: number): string {
  return new Date(time).toISOString();
}

/** A new password, for the documentation; its rules need to know whose it is. */
export const newPassword = z.string().min(PASSWORD_LENGTH.least).max(PASSWORD_LENGTH.most);
