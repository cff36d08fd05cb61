import { inTransaction } from '../../database/transaction.ts';
import { encryptShown, type SubmittedForm, submitOnce } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { lockForChange, revokeOtherAccess } from '../credentials/other-access.ts';
import { codesMadeAt } from '../credentials/recovery-codes.table.ts';
import { makeRecoveryCodes } from '../credentials/recovery-codes.ts';
import { recordAccountEvent } from '../events/account-events.ts';

export type Renewal =
  /** @property encrypted the codes, for `takeShown` */
  | { ok: true; encrypted?: string }
  /** Others were made since the form was shown, in another window. */
  | { ok: false; problem: 'stale' }
  /** Two-factor is off. */
  | { ok: false; problem: 'off' };

/**
 * Makes new recovery codes for somebody who has two-factor on. Their other sessions end, as with every change of a
 * factor (OWASP ASVS 5.0, 7.4.3).
 *
 * @param seen the codes that the form was shown for, by the time they were made, as it came with the form
 */
export async function renewRecoveryCodes(
  context: AccountContext,
  userId: number,
  {
    seen,
    form,
    client,
    keepIdHash,
  }: { seen: unknown; form: SubmittedForm; client: ClientInfo; keepIdHash: string },
): Promise<Renewal> {
  return inTransaction(context.db, async (trx) => {
    const user = await lockForChange(trx, userId, keepIdHash);
    const madeAt = await codesMadeAt(trx, userId);
    if (!user || madeAt === undefined) return { ok: false, problem: 'off' };
    return submitOnce(trx, context.clock(), form, async (): Promise<Renewal> => {
      if (String(madeAt) !== seen) return { ok: false, problem: 'stale' };
      const codes = await makeRecoveryCodes(trx, userId, context.clock());
      await revokeOtherAccess(trx, userId, keepIdHash);
      await recordAccountEvent(trx, context, { action: 'recovery-codes.made', user, client });
      return { ok: true, encrypted: encryptShown(context.encryptor, form, codes) };
    });
  });
}
