import type { Request } from 'express';
import { hashToken, makeToken } from '../shared/crypto/random-token.ts';
import type { SubmittedForm } from './submit-once.ts';

/**
 * Knows a form again by its `form_key`, a random text made with the page, its sender, address and values: sent again
 * with other values it is another form. One without a key is always a new one.
 */
export function submittedForm(req: Request): SubmittedForm {
  const userId = req.user?.id ?? null;
  const { _csrf, _member, form_key: sent, ...values } = (req.body ?? {}) as Record<string, unknown>;
  const key = typeof sent === 'string' && sent !== '' ? sent : makeToken();
  return { userId, keyHash: hashToken(JSON.stringify([userId, req.path, key, values])) };
}
