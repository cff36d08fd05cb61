import { z } from 'zod';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import { checkInput } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { findIdentityByHash, insertIdentity } from '../credentials/identities.table.ts';
import { identityHashOf, type ProvenIdentity } from '../credentials/identities.ts';
import { emailField } from '../emails.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { recogniseInvitee } from '../invitations/acceptance.ts';
import {
  addAccount,
  findTakenNames,
  type InvalidNames,
  NameTaken,
  saysTaken,
  typedNames,
  withinNameBudget,
  withUniqueNames,
} from '../new-account.ts';
import { queueVerification } from '../registration/email-verification.ts';
import { usernameField } from '../usernames.ts';
import { findUser, lockUser, NO_PASSWORD, type User, updateUser } from '../users.table.ts';

const form = z.object({ username: usernameField, email: emailField });

type JoiningByIdentity =
  | { ok: true; user: User }
  /** The form was sent twice, and the other one made the account: whoever proves the identity logs in. */
  | { ok: false; problem: 'known' }
  | InvalidNames
  | Throttled;

/**
 * Makes a member of somebody who comes from a provider for the first time, without a password, as MEMBERSHIP says and
 * as often as the registration throttle lets. An address that the provider has seen to be theirs is confirmed; to
 * another one the usual mail goes out.
 *
 * @param input the form: username, and email where the provider is not sure of one
 */
export async function joinByIdentity(
  context: AccountContext,
  identity: ProvenIdentity,
  input: object,
  client: ClientInfo,
): Promise<JoiningByIdentity> {
  const look = () => joinOnce(context, identity, input, client);
  return withinNameBudget(context, client, look, (joining) => joining.ok || saysTaken(joining));
}

async function joinOnce(
  context: AccountContext,
  identity: ProvenIdentity,
  input: object,
  client: ClientInfo,
): Promise<Exclude<JoiningByIdentity, Throttled>> {
  const { db } = context;
  const given = identity.emailVerified ? { ...input, email: identity.email } : input;
  const read = checkInput(form, given);
  const found = await findTakenNames(db, typedNames(given));
  const errors = { ...found.errors, ...(read.ok ? {} : read.errors) };
  const isKnown = async () => (await findIdentityByHash(db, identityHashOf(identity))) !== undefined;
  // First: of a form that was sent twice, the second finds its names taken by the first.
  if (await isKnown()) return { ok: false, problem: 'known' };
  if (!read.ok || Object.keys(errors).length > 0)
    return { ok: false, problem: 'invalid', errors, taken: found.taken };

  const joined = await withUniqueNames(db, read.values, () =>
    inTransaction(db, (trx) => join(trx, context, { ...read.values, identity, client })),
  );
  return !joined.ok && (await isKnown()) ? { ok: false, problem: 'known' } : joined;
}

interface Joining {
  username: string;
  email: string;
  identity: ProvenIdentity;
  client: ClientInfo;
}

async function join(
  trx: Transaction,
  context: AccountContext,
  { username, email, identity, client }: Joining,
): Promise<{ ok: true; user: User }> {
  const now = context.clock();
  const approvedAt = context.settings.membership === 'approval' ? null : now;
  const account = { username, email, role: 'user' as const, createdAt: now, approvedAt };
  const { id } = await addAccount(trx, { ...account, passwordHash: NO_PASSWORD });
  const { issuer, subject, label, provider } = identity;
  const row = { userId: id, issuer, subject, label, createdAt: now, identityHash: identityHashOf(identity) };
  // By the same form, sent twice.
  if ((await insertIdentity(trx, row)) === undefined) throw new NameTaken();

  const user = (await lockUser(trx, id)) as User;
  if (!identity.emailVerified) await queueVerification(trx, context, user);
  else await updateUser(trx, id, { emailVerifiedAt: now });
  const more = identity.emailVerified ? await recogniseInvitee(trx, user, now) : [];
  await recordAccountEvent(trx, context, { action: 'account.registered', user, client });
  // Quiet: it happens while the member looks on, and the address may be a stranger's still.
  const details = { provider, label };
  await recordAccountEvent(trx, context, { action: 'identity.linked', user, client, details, quiet: true });
  if (identity.emailVerified)
    await recordAccountEvent(trx, context, { action: 'email.verified', user, client });
  for (const event of more) await recordAccountEvent(trx, context, event);
  return { ok: true, user: (await findUser(trx, id)) as User };
}
