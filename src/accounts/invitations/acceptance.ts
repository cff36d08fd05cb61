import type { Database } from '../../database/connection.ts';
import { foldCase } from '../../database/fold-case.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { ROLES, type Role } from '../../permissions.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { tellOfNewAdmin } from '../events/new-admin-notices.ts';
import type { NoLink } from '../links.ts';
import { type Throttled, withinNameBudget } from '../name-budget.ts';
import { checkNewAccount, type InvalidNames, NameTaken, withUniqueNames } from '../new-account.ts';
import { findByEmail, insertUser, isActive, lockUser, updateUser } from '../users.table.ts';
import { endAccepted, findInvitationRow, type InvitationRow, setAcceptedBy } from './invitations.table.ts';
import { acceptedDetails, isDormant, stateOf } from './invitations.ts';

/** @property holderId the account that has the address already */
type OpenedInvitation = { state: 'live'; email: string; role: Role; holderId: number | undefined } | NoLink;

/** Looks at a link without using it: mail scanners open links, too. */
export async function findInvitation(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  token: string,
): Promise<OpenedInvitation> {
  const found = await findLive(db, token, clock());
  if (found.state !== 'live') return found;
  const { email, role } = found.invitation;
  return { state: 'live', email, role, holderId: (await findByEmail(db, email))?.id };
}

async function findLive(
  db: Database | Transaction,
  token: string,
  now: number,
): Promise<{ state: 'live'; invitation: InvitationRow } | NoLink> {
  const invitation = await findInvitationRow(db, { tokenHash: hashToken(token) });
  if (!invitation) return { state: 'unknown' };
  const works = stateOf(invitation, now) === 'open' && !isDormant(invitation);
  return works ? { state: 'live', invitation } : { state: 'dead' };
}

type DeadLink = { ok: false; problem: NoLink['state'] };

type Joined =
  | { ok: true }
  | InvalidNames
  /** The address has an account: whoever reads its mails has to log in to it. */
  | { ok: false; problem: 'has-account' }
  | DeadLink;

/**
 * Makes the account that somebody was invited to, with the role of the invitation and its address, which is confirmed:
 * the link was mailed there. The link dies in the same transaction: of two who use it at the same instant one succeeds.
 *
 * @param input the form: username, password, password_confirmation
 */
export async function joinByInvitation(
  context: AccountContext,
  token: string,
  input: object,
  client: ClientInfo,
): Promise<Joined | Throttled> {
  return withinNameBudget(context, client, () => joinOnce(context, token, input, client));
}

async function joinOnce(
  context: AccountContext,
  token: string,
  input: object,
  client: ClientInfo,
): Promise<Joined> {
  const found = await findLive(context.db, token, context.clock());
  if (found.state !== 'live') return { ok: false, problem: found.state };
  const { email } = found.invitation;
  if (await findByEmail(context.db, email)) return { ok: false, problem: 'has-account' };
  const form = await checkNewAccount(context, { ...input, email });
  if (!form.ok) return form;

  const requester = { network: client.network, account: email, known: false };
  const passwordHash = await context.hasher.hash(form.values.password, requester);
  return withUniqueNames(context.db, form.values, () =>
    inTransaction(context.db, async (trx): Promise<Joined> => {
      const now = context.clock();
      const again = await findLive(trx, token, now);
      if (again.state !== 'live') return { ok: false, problem: again.state };
      return join(trx, context, again.invitation, { ...form.values, passwordHash, client, now });
    }),
  );
}

async function join(
  trx: Transaction,
  context: AccountContext,
  invitation: InvitationRow,
  {
    username,
    passwordHash,
    client,
    now,
  }: { username: string; passwordHash: string; client: ClientInfo; now: number },
): Promise<Joined> {
  const { id, email, role } = invitation;
  if (!(await endAccepted(trx, id, now, null))) return { ok: false, problem: 'dead' };
  const account = { username, email, passwordHash, role, createdAt: now, approvedAt: now };
  const userId = await insertUser(trx, account);
  if (userId === undefined) throw new NameTaken();
  await updateUser(trx, userId, { emailVerifiedAt: now });
  await setAcceptedBy(trx, id, userId);
  const user = { id: userId, username, email, emailVerifiedAt: now };
  if (role === 'admin') await tellOfInvitedAdmin(trx, context, invitation, user, client);
  const details = acceptedDetails(invitation);
  await recordAccountEvent(trx, context, { action: 'invitation.accepted', user, client, details });
  return { ok: true };
}

type Accepted =
  /** @property role what the member is from now on @property raised whether that is more than before */
  | { ok: true; role: Role; raised: boolean }
  /** The invitation is for another address than that of the account. */
  | { ok: false; problem: 'not-yours' }
  | DeadLink;

/**
 * Accepts an invitation for an account that has its address: the member gets its role, unless they have a higher one,
 * the address is confirmed and nobody has to let them in any more.
 *
 * @param userId who is logged in
 */
export async function acceptInvitation(
  context: AccountContext,
  token: string,
  userId: number,
  client: ClientInfo,
): Promise<Accepted> {
  return inTransaction(context.db, async (trx) => {
    const now = context.clock();
    // The account is locked before its invitation, as everywhere.
    const user = await lockUser(trx, userId);
    const found = await findLive(trx, token, now);
    if (found.state !== 'live') return { ok: false, problem: found.state };
    const { id, emailKey, role: offered } = found.invitation;
    if (!user || !isActive(user) || foldCase(user.email) !== emailKey) {
      return { ok: false, problem: 'not-yours' };
    }
    if (!(await endAccepted(trx, id, now, userId))) return { ok: false, problem: 'dead' };
    const raised = ROLES.indexOf(offered) > ROLES.indexOf(user.role);
    const role = raised ? offered : user.role;
    const { emailVerifiedAt, approvedAt } = user;
    const accepted = { role, emailVerifiedAt: emailVerifiedAt ?? now, approvedAt: approvedAt ?? now };
    await updateUser(trx, userId, accepted);
    const member = { ...user, ...accepted };
    if (raised && role === 'admin') await tellOfInvitedAdmin(trx, context, found.invitation, user, client);
    const details = acceptedDetails(found.invitation);
    await recordAccountEvent(trx, context, { action: 'invitation.accepted', user: member, client, details });
    if (raised) {
      const change = { action: 'role.changed', details: { from: user.role, to: role } } as const;
      await recordAccountEvent(trx, context, { ...change, user: member, client });
    }
    return { ok: true, role, raised };
  });
}

function tellOfInvitedAdmin(
  trx: Transaction,
  context: AccountContext,
  { invitedBy, reason }: InvitationRow,
  user: { id: number; username: string; email: string },
  client: ClientInfo,
): Promise<void> {
  const actor = invitedBy === null ? undefined : ({ kind: 'member', id: invitedBy } as const);
  return tellOfNewAdmin(trx, context, { user, actor, client, reason, byInvitation: true });
}
