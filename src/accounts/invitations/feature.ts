import type { Feature } from '../../features/feature.ts';
import { paths } from '../../paths.ts';
import { canManageMembers } from '../../permissions.ts';
import { DAY } from '../../shared/clock.ts';
import { eraseInvitationsOf } from './invitations.table.ts';

/** Administrators can look up for a while whether somebody came; then the store forgets whom it invited. */
const INVITATIONS_STAY = 30 * DAY;

export const invitationsFeature: Feature = {
  name: 'invitations',
  section: { label: 'Invitations', path: paths.invitations(), may: canManageMembers },
  auditActions: {
    Accounts: ['invitation.renewed', 'invitation.withdrawn'],
    'The store': ['invitations.made', 'invitations.withdrawn'],
  },
  erase: eraseInvitationsOf,
  expiring: [{ table: 'invitations', column: 'ends_at', stay: INVITATIONS_STAY }],
};
