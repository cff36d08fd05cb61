import { formatClientCount } from '../../accounts/api-tokens/format-client.ts';
import type { MemberActionName } from '../../members/available-actions.ts';
import type { MemberDetails, MemberScreen } from '../../members/member-screen.ts';
import { MEMBER_STATE_LABELS } from '../../members/member-state.ts';
import { paths } from '../../paths.ts';
import { agoView, dayView, momentView } from '../../shared/format/dates.ts';
import { listUrl } from '../../web/pagination.ts';
import { MEMBER_ACTIONS, type MemberActionSpec } from './member-action-specs.ts';

export const TEXTS = {
  profile: 'Change the profile',
  groups: {
    membership: 'Membership',
    access: 'Access',
    account: 'Account',
  } satisfies Record<MemberActionSpec['group'], string>,
  closing: {
    byMember: (day: string) =>
      `Closed by the member. It is erased on ${day}; until then the member can come back.`,
    byStore: (day: string) =>
      `Deleted or declined by the store. It is erased on ${day}, and can be restored until then.`,
  },
  disabled: (day: string) => `Disabled since ${day}.`,
  locked: (day: string) =>
    `Locked since ${day}: its member said that something was somebody else’s doing, and gets in again with a new password.`,
  waiting: 'Waits for an administrator’s yes.',
  password: {
    none: 'Not chosen yet.',
    unneeded: 'None: logs in without one.',
    never: 'The first one, never changed.',
    changed: 'Changed',
  },
  oneStep: (hasPassword: boolean) =>
    `None: ${hasPassword ? 'a password' : 'one step'} alone opens the account.`,
  app: 'an authenticator app',
  passkeys: (names: string[]) =>
    `${names.length === 1 ? '1 passkey' : `${names.length} passkeys`} (${names.join(', ')})`,
  codes: (left: number) => (left === 1 ? '1 recovery code left' : `${left} recovery codes left`),
};

interface ViewContext {
  now: number;
  locale: string;
}

export function memberView(screen: MemberScreen, view: ViewContext) {
  const { member, state, own, memberActions, details } = screen;
  return {
    username: member.username,
    email: member.email,
    confirmed: member.emailVerifiedAt !== null,
    role: member.role,
    joined: dayView(member.createdAt, view.locale),
    state: MEMBER_STATE_LABELS[state],
    active: state === 'active',
    why: whyOf(screen, view),
    twoFactor: member.twoFactorSince !== null,
    own,
    memberActions: memberActions && memberActionLinks(screen, memberActions),
    details: details && detailsView(screen, details, view),
  };
}

/** What is to be known of how the account is, where it is not simply active. */
function whyOf({ member, state, closedByMember }: MemberScreen, { locale }: ViewContext): string[] {
  const day = (time: number) => dayView(time, locale).text;
  const { closing, disabled, locked, waiting } = TEXTS;
  const closed = closedByMember ? closing.byMember : closing.byStore;
  return [
    ...(member.closingAt === null ? [] : [closed(day(member.closingAt))]),
    ...(member.disabledAt === null ? [] : [disabled(day(member.disabledAt))]),
    ...(member.lockedAt === null ? [] : [locked(day(member.lockedAt))]),
    ...(state === 'waiting' ? [waiting] : []),
  ];
}

function memberActionLinks({ member, own }: MemberScreen, names: readonly MemberActionName[]) {
  const { id } = member;
  const linkTo = (name: MemberActionName) => ({
    label: MEMBER_ACTIONS[name].label,
    url: paths.memberAction(id, name),
  });
  const toProfile = { label: TEXTS.profile, url: paths.memberProfile(id) };
  const hasProfile = !own && member.closingAt === null;
  const groups = Object.entries(TEXTS.groups).map(([group, title]) => ({
    title,
    links: [
      ...(group === 'account' && hasProfile ? [toProfile] : []),
      ...names.filter((name) => MEMBER_ACTIONS[name].group === group).map(linkTo),
    ],
  }));
  return groups.filter(({ links }) => links.length > 0);
}

function detailsView({ member }: MemberScreen, details: MemberDetails, { now, locale }: ViewContext) {
  const { factors, passkeys, providers, devices, trusted, activities, notes } = details;
  const { never, changed } = TEXTS.password;
  const none = providers.length + passkeys.length > 0 ? TEXTS.password.unneeded : TEXTS.password.none;
  const chosen = member.passwordChangedAt === null ? never : changed;
  return {
    password: member.hasPassword ? chosen : none,
    passwordChanged: member.passwordChangedAt === null ? undefined : agoView(member.passwordChangedAt, now),
    providers: providers.join(' and '),
    clients: formatClientCount(details.clients, details.tokens),
    oneStep: TEXTS.oneStep(member.hasPassword),
    factorsSince: factors.since === null ? undefined : dayView(factors.since, locale),
    factors: [
      ...(factors.app ? [TEXTS.app] : []),
      ...(passkeys.length > 0 ? [TEXTS.passkeys(passkeys)] : []),
      TEXTS.codes(factors.recoveryCodesLeft),
    ].join(', '),
    devices: devices.map((device) => ({ ...device, lastSeen: agoView(device.lastSeenAt, now) })),
    trusted: trusted.map((browser) => ({
      ...browser,
      lastSeen: agoView(browser.lastSeenAt, now),
      until: dayView(browser.trustedUntil, locale),
    })),
    activities: activities.map((activity) => activityView(activity, locale)),
    auditUrl: listUrl(paths.audit(), { whom: member.username }),
    notes: notes.map((note) => ({
      ...note,
      written: momentView(note.createdAt, locale),
      remove: paths.memberNote(member.id, note.id),
    })),
  };
}

function activityView({ at, by, ...activity }: MemberDetails['activities'][number], locale: string) {
  const url = by.id === undefined ? undefined : paths.adminMember(by.id);
  return { ...activity, moment: momentView(at, locale), by: { name: by.name, url } };
}
