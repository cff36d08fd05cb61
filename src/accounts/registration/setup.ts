import { inTransaction, retryConflicts } from '../../database/transaction.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { addAccount, checkNewAccount, type InvalidNames, withUniqueNames } from '../new-account.ts';
import { activeAdminExists } from '../users.table.ts';
import { queueVerification } from './email-verification.ts';
import { replaceSetupToken, setupTokenExists, useSetupToken } from './setup-tokens.table.ts';

/** No account comes with the store: the first admin is made through a link that only its terminal shows. */
export async function makeSetupToken(
  context: Pick<AccountContext, 'db' | 'clock'>,
): Promise<string | undefined> {
  if (await activeAdminExists(context.db)) return undefined;
  const token = makeToken();
  await retryConflicts(() => replaceSetupToken(context.db, hashToken(token), context.clock()));
  return token;
}

/** Whether a set-up link can still be used: it is the newest one and there is no admin yet. */
export async function isSetupOpen(context: Pick<AccountContext, 'db'>, token: string): Promise<boolean> {
  return (await setupTokenExists(context.db, hashToken(token))) && !(await activeAdminExists(context.db));
}

/**
 * Makes the first admin. The token dies in the same transaction, so that of two who send the form one succeeds.
 *
 * @param input the form: username, email, password, password_confirmation
 * @returns closed: the link was used, replaced by a newer one, or never was
 */
export async function setUpFirstAdmin(
  context: AccountContext,
  token: string,
  input: unknown,
  client: ClientInfo,
): Promise<{ ok: true } | InvalidNames | { ok: false; problem: 'closed' }> {
  if (!(await isSetupOpen(context, token))) return { ok: false, problem: 'closed' };
  const form = await checkNewAccount(context, input);
  if (!form.ok) return form;

  const { username, email, password } = form.values;
  const requester = { network: client.network, account: username, known: false };
  const passwordHash = await context.hasher.hash(password, requester);
  return withUniqueNames(context.db, form.values, () =>
    inTransaction(context.db, async (trx) => {
      if (!(await useSetupToken(trx, hashToken(token)))) return { ok: false, problem: 'closed' };
      if (await activeAdminExists(trx)) return { ok: false, problem: 'closed' };
      const now = context.clock();
      const names = { username, email, passwordHash };
      const user = await addAccount(trx, { ...names, role: 'admin', createdAt: now, approvedAt: now });
      await queueVerification(trx, context, user);
      await recordAccountEvent(trx, context, { action: 'account.set-up', user, client });
      return { ok: true };
    }),
  );
}
