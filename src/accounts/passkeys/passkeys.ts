import { z } from 'zod';
import type { Database } from '../../database/connection.ts';
import { inTransaction } from '../../database/transaction.ts';
import { checkInput, type InvalidForm } from '../../shared/validation.ts';
import type { AccountContext } from '../account-context.ts';
import {
  type CredentialChange,
  changeCredentials,
  type MemberRequest,
} from '../credentials/credential-change.ts';
import { canRemoveLoginMethod } from '../credentials/login-methods.ts';
import { deletePasskey, findPasskey, updatePasskeyName } from '../credentials/passkeys.table.ts';
import { canLoseFactor, turnOffIfLast } from '../credentials/second-factors.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { lockUser, type User } from '../users.table.ts';

/** In characters. */
export const LONGEST_NAME = 60;

const TEXTS = {
  name: `Use 1 to ${LONGEST_NAME} characters on one line.`,
};

const nameForm = z.object({
  name: z
    .string({ error: TEXTS.name })
    .trim()
    .regex(/^[^\p{Cc}]+$/u, { error: TEXTS.name, abort: true })
    .max(LONGEST_NAME, TEXTS.name),
});

type Renaming = { ok: true; name: string } | InvalidForm | { ok: false; problem: 'unknown' };

export async function renamePasskey(
  context: AccountContext,
  { user, client }: MemberRequest,
  id: number,
  input: unknown,
): Promise<Renaming> {
  const form = checkInput(nameForm, input);
  return inTransaction(context.db, async (trx) => {
    await lockUser(trx, user.id);
    const passkey = await findPasskey(trx, user.id, id);
    if (!passkey) return { ok: false, problem: 'unknown' };
    if (!form.ok) return { ok: false, problem: 'invalid', errors: form.errors };
    const { name } = form.values;
    if (name === passkey.name) return { ok: true, name };
    await updatePasskeyName(trx, id, name);
    const details = { from: passkey.name, to: name };
    await recordAccountEvent(trx, context, { action: 'passkey.renamed', user, client, details });
    return { ok: true, name };
  });
}

type Removal =
  /** @property turnedOff whether two-factor went with it */
  | { ok: true; name: string; turnedOff: boolean }
  /** Not theirs, or gone already; or what `passkeyRefusal` says. */
  | { ok: false; problem: 'unknown' | PasskeyRefusal };

/** The store asks the member for a second factor, and it is their last; nothing would be left to log in by. */
type PasskeyRefusal = 'owed' | 'last-way';

/** Why a member's passkey cannot be removed; undefined when it can. */
export async function passkeyRefusal(
  db: Database,
  context: Pick<AccountContext, 'config' | 'settings'>,
  user: Pick<User, 'id' | 'role'>,
): Promise<PasskeyRefusal | undefined> {
  if (!(await canLoseFactor(db, context, user))) return 'owed';
  return (await canRemoveLoginMethod(db, context, user.id, { kind: 'passkey' })) ? undefined : 'last-way';
}

/** Removes a member's passkey. With the last second factor two-factor is off. */
export function removePasskey(context: AccountContext, by: CredentialChange, id: number): Promise<Removal> {
  const unknown: Removal = { ok: false, problem: 'unknown' };
  return changeCredentials(context, by, unknown, async (trx, user, revokeAndRecord) => {
    const passkey = await findPasskey(trx, user.id, id);
    if (!passkey) return unknown;
    const refusal = await passkeyRefusal(trx, context, user);
    if (refusal) return { ok: false, problem: refusal };
    const { name } = passkey;
    await deletePasskey(trx, user.id, id);
    const turnedOff = await turnOffIfLast(trx, user);
    await revokeAndRecord({ action: 'passkey.removed', details: { name } });
    return { ok: true, name, turnedOff };
  });
}
