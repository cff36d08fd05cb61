import type { Database } from '../../database/connection.ts';
import { columnsOf, countRows, type Slice } from '../../database/rows.ts';
import { INVITER, type InvitationRow, type Inviter } from './invitations.table.ts';

/** What became of invitations, in the order in which admins are shown them. */
export const INVITATION_STATES = ['open', 'accepted', 'expired', 'withdrawn'] as const;
export type ListedState = (typeof INVITATION_STATES)[number];

/** An invitation as admins see it. Times are UTC milliseconds. */
export interface ListedInvitation
  extends Inviter,
    Pick<InvitationRow, 'id' | 'email' | 'role' | 'invitedBy' | 'createdAt' | 'mailDueAt' | 'endsAt'> {
  inviter: string | null;
  inviterErasedAt: number | null;
  acceptedBy: number | null;
  accepter: string | null;
}

/** Which invitations: of a state, to addresses that begin with a text in its folded form. */
export interface InvitationFilter {
  state: ListedState;
  beginning: string;
  now: number;
}

/** Comes after everything that begins with a text. */
const LAST = '\u{10ffff}';

function matching(db: Database, { state, beginning, now }: InvitationFilter) {
  const query = db('invitations');
  if (beginning) query.whereBetween('invitations.email_key', [beginning, beginning + LAST]);
  if (state === 'accepted') return query.whereNotNull('invitations.accepted_at');
  if (state === 'withdrawn') return query.whereNotNull('invitations.withdrawn_at');
  const inTime = state === 'open' ? '>' : '<=';
  return query.whereNotNull('invitations.open_key').where('invitations.ends_at', inTime, now);
}

/** What was made or ended last comes first. */
export async function listMatching(
  db: Database,
  filter: InvitationFilter,
  { limit, offset }: Slice,
): Promise<ListedInvitation[]> {
  return matching(db, filter)
    .leftJoin({ inviter: 'users' }, 'inviter.id', 'invitations.invited_by')
    .leftJoin({ accepter: 'users' }, 'accepter.id', 'invitations.accepted_by')
    .orderBy('invitations.ends_at', 'desc')
    .orderBy('invitations.id', 'desc')
    .limit(limit)
    .offset(offset)
    .select({
      ...columnsOf('invitations', 'id email role invitedBy createdAt mailDueAt endsAt acceptedBy'),
      ...INVITER,
      inviter: 'inviter.username',
      inviterErasedAt: 'inviter.erased_at',
      accepter: 'accepter.username',
    });
}

export async function countMatching(db: Database, filter: InvitationFilter): Promise<number> {
  return countRows(matching(db, filter));
}
