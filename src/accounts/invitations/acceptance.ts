import type { Database } from '../../database/connection.ts';
import { foldCase } from '../../database/fold-case.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { ROLES, type Role } from '../../permissions.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { type AccountEvent, recordAccountEvent } from '../events/account-events.ts';
import { tellOfNewAdmin } from '../events/new-admin-notices.ts';
import type { NoLink } from '../links.ts';
import {
  addAccount,
  checkNewAccount,
  type InvalidNames,
  withinNameBudget,
  withUniqueNames,
} from '../new-account.ts';
import { findByEmail, isActive, lockUser, type User, updateUser } from '../users.table.ts';
import {
  endAccepted,
  findInvitationRow,
  findOpenInvitations,
  type InvitationRow,
  setAcceptedBy,
} from './invitations.table.ts';
import { acceptedDetails, isDormant, stateOf } from './invitations.ts';

/** @property holderId the account that has the address already */
type OpenedInvitation = { state: 'live'; email: string; role: Role; holderId: number | undefined } | NoLink;

/** Looks at a link without using it: mail scanners open links, too. */
export async function findInvitation(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  token: string,
): Promise<OpenedInvitation> {
  const invitation = await findInvitationRow(db, { tokenHash: hashToken(token) });
  if (!invitation) return { state: 'unknown' };
  if (!works(invitation, clock())) return { state: 'dead' };
  const { email, role } = invitation;
  return { state: 'live', email, role, holderId: (await findByEmail(db, email))?.id };
}

async function findLive(db: Database, token: string, now: number): Promise<InvitationRow | undefined> {
  const invitation = await findInvitationRow(db, { tokenHash: hashToken(token) });
  return invitation && works(invitation, now) ? invitation : undefined;
}

function works(invitation: InvitationRow, now: number): boolean {
  return stateOf(invitation, now) === 'open' && !isDormant(invitation);
}

/** The link does not work (any more), or its address has an account, or another one than whose member asks. */
type NotOffered = { ok: false; problem: 'not-offered' };

const NOT_OFFERED: NotOffered = { ok: false, problem: 'not-offered' };

type Joined = { ok: true } | InvalidNames | NotOffered;

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
  return withinNameBudget(context, client, () => join(context, token, input, client));
}

async function join(
  context: AccountContext,
  token: string,
  input: object,
  client: ClientInfo,
): Promise<Joined> {
  const { db, clock, hasher } = context;
  const found = await findLive(db, token, clock());
  if (!found || (await findByEmail(db, found.email))) return NOT_OFFERED;
  const form = await checkNewAccount(context, { ...input, email: found.email });
  if (!form.ok) return form;

  const { username, email, password } = form.values;
  const requester = { network: client.network, account: email, known: false };
  const passwordHash = await hasher.hash(password, requester);
  return withUniqueNames(db, form.values, () =>
    inTransaction(db, async (trx) => {
      const now = clock();
      const invitation = await findLive(trx, token, now);
      if (!invitation || !(await endAccepted(trx, invitation.id, now, null))) return NOT_OFFERED;
      const { role } = invitation;
      const account = { username, email, passwordHash, role, createdAt: now, approvedAt: now };
      const user = { ...(await addAccount(trx, account)), emailVerifiedAt: now };
      await updateUser(trx, user.id, { emailVerifiedAt: now });
      await setAcceptedBy(trx, invitation.id, user.id);
      if (role === 'admin') await tellOfInvitedAdmin(trx, context, invitation, user, client);
      const details = acceptedDetails(invitation);
      await recordAccountEvent(trx, context, { action: 'invitation.accepted', user, client, details });
      return { ok: true };
    }),
  );
}

/**
 * Accepts an invitation for an account that has its address: the member gets its role, unless they have a higher one,
 * the address is confirmed and nobody has to let them in any more.
 *
 * @param userId who is logged in
 * @returns what the member is from now on, and whether that is more than before
 */
export async function acceptInvitation(
  context: AccountContext,
  token: string,
  userId: number,
  client: ClientInfo,
): Promise<{ ok: true; role: Role; raised: boolean } | NotOffered> {
  return inTransaction(context.db, async (trx) => {
    const now = context.clock();
    // The account is locked before its invitation, as everywhere.
    const user = await lockUser(trx, userId);
    const invitation = await findLive(trx, token, now);
    if (!invitation || !user || !isActive(user) || foldCase(user.email) !== invitation.emailKey)
      return NOT_OFFERED;
    if (!(await endAccepted(trx, invitation.id, now, userId))) return NOT_OFFERED;
    const raised = ROLES.indexOf(invitation.role) > ROLES.indexOf(user.role);
    const role = raised ? invitation.role : user.role;
    const { emailVerifiedAt, approvedAt } = user;
    const accepted = { role, emailVerifiedAt: emailVerifiedAt ?? now, approvedAt: approvedAt ?? now };
    await updateUser(trx, userId, accepted);
    const member = { ...user, ...accepted };
    if (raised && role === 'admin') await tellOfInvitedAdmin(trx, context, invitation, user, client);
    const details = acceptedDetails(invitation);
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
  user: Pick<User, 'id' | 'username' | 'email'>,
  client: ClientInfo,
): Promise<void> {
  const actor = invitedBy === null ? undefined : ({ kind: 'member', id: invitedBy } as const);
  return tellOfNewAdmin(trx, context, { user, actor, client, reason, byInvitation: true });
}

/**
 * Looks whether an address that its member has just confirmed was invited: then nobody has to let the member in any
 * more. That is all that an invitation gives without its link: a role in the back office takes the link, because
 * whoever registers an invited address could wait for its owner to confirm it.
 *
 * @param user as of now, with the confirmed address; locked
 * @returns what happened, to be recorded at the end of the transaction
 */
export async function recogniseInvitee(trx: Transaction, user: User, now: number): Promise<AccountEvent[]> {
  const [invitation] = await findOpenInvitations(trx, [foldCase(user.email)]);
  if (!invitation || stateOf(invitation, now) !== 'open' || user.closingAt !== null) return [];
  const events: AccountEvent[] = [];
  const { id, role } = invitation;
  if (role === 'user') {
    if (!(await endAccepted(trx, id, now, user.id))) return [];
    events.push({ action: 'invitation.accepted', user, details: acceptedDetails(invitation) });
  }
  if (user.approvedAt === null) {
    await updateUser(trx, user.id, { approvedAt: now });
    // Quiet: it happens while the member looks on.
    events.push({ action: 'account.approved', user, actor: { kind: 'system' }, quiet: true });
  }
  return events;
}
