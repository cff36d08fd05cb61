import { listNotes } from '../../src/members/member-notes.table.ts';
import { addNote } from '../../src/members/notes.ts';
import { paths } from '../../src/paths.ts';
import { DAY } from '../../src/shared/clock.ts';
import { memberActionOf } from '../../src/testing/member-actions.ts';
import { fill, send } from './door.ts';
import type { Members } from './members.ts';
import {
  ADMIN,
  LONG_NAME,
  LONG_WORD,
  longAddress,
  longName,
  MODERATOR,
  officePage,
  type SitePage,
  show,
  type Visit,
} from './site-page.ts';

const MUCH = longName('much-');

/** A member of whom there is all that there can be, and long. @returns the id */
async function makeMember({ page, logIn, members }: Visit): Promise<number> {
  const id = await members.idOf(MUCH);
  await members.change(MUCH, { email: longAddress(MUCH), twoFactorSince: null });
  await logIn(page, MUCH);
  await page.context().clearCookies();
  await members.trustBrowsers(MUCH, Date.now() + DAY);
  await members.addPasskey(MUCH, LONG_WORD);
  await members.makeHistory(MUCH, 20);
  await addLongNote(members, id);
  return id;
}

/** Has an admin write a long note about a member. @returns the note's id */
async function addLongNote(members: Members, userId: number): Promise<number> {
  const admin = memberActionOf(await members.idOf(ADMIN));
  const note = `${LONG_WORD.repeat(2)}\n\n${'Likes tea. '.repeat(20)}`;
  await addNote(members.context, admin, userId, { note });
  const [newest] = await listNotes(members.context.db, userId);
  return newest?.id ?? 0;
}

/** A form about a member, which an admin sends with nothing filled in. */
function emptyForm(name: string, action: string, button: string, rest: Partial<SitePage> = {}): SitePage {
  return {
    name,
    status: 422,
    async open({ page, enterOffice, members }) {
      await members.change(LONG_NAME, { email: longAddress(LONG_NAME) });
      await enterOffice(page, ADMIN);
      await page.goto(paths.memberAction(await members.idOf(LONG_NAME), action));
      return send(page, button);
    },
    ...rest,
  };
}

const INVITED = longAddress('invited');

/** Who is invited, and what they see of it. */
const INVITATION_PAGES: SitePage[] = [
  officePage('invitations', paths.invitations(), {
    prepare: async ({ members }) => {
      await members.invite(INVITED, 'moderator');
    },
    like: 'waiting members',
  }),
  {
    name: 'invitation withdrawal',
    status: 200,
    async open({ page, enterOffice, members }) {
      await members.invite(INVITED, 'moderator');
      await enterOffice(page, ADMIN);
      await page.goto(paths.invitations());
      const link = page.getByRole('link', { name: /^Withdraw/ }).first();
      return show(page, (await link.getAttribute('href')) ?? '');
    },
    like: 'role change',
  },
  officePage('no invitations', `${paths.invitations()}?state=expired`, { like: 'empty search' }),
  {
    name: 'new invitations',
    status: 422,
    async open({ page, enterOffice, members }) {
      const { email } = await members.get(ADMIN);
      await enterOffice(page, ADMIN);
      await page.goto(paths.newInvitations());
      await fill(page, { 'E-mail addresses': `${LONG_WORD}\n${email}\n${longAddress('new')}` });
      return send(page, 'Send the invitations');
    },
    like: 'role change',
  },
  {
    name: 'invitation',
    status: 200,
    open: async ({ page, members }) => show(page, paths.invitation(await members.invite(INVITED, 'admin'))),
    like: 'register',
  },
];

/** What staff see of members. */
export const MEMBER_PAGES: SitePage[] = [
  officePage('members', paths.adminMembers(), {
    async prepare({ members }) {
      const name = longName('listed-');
      await members.change(name, { email: longAddress(name), lockedAt: Date.now() });
    },
  }),
  officePage('members without a find', `${paths.adminMembers()}?q=${LONG_WORD}`, { like: 'members' }),
  officePage('members export', `${paths.exportMembers()}?q=${LONG_WORD}`, { like: 'role change' }),
  {
    name: 'member',
    status: 422,
    async open(visit) {
      const id = await makeMember(visit);
      await visit.enterOffice(visit.page, ADMIN);
      await visit.page.goto(paths.adminMember(id));
      return send(visit.page, 'Add the note');
    },
  },
  {
    name: 'note removal',
    status: 200,
    async open({ page, enterOffice, members }) {
      const id = await members.idOf(LONG_NAME);
      const note = await addLongNote(members, id);
      await enterOffice(page, ADMIN);
      return show(page, paths.memberNote(id, note));
    },
    like: 'role change',
  },
  {
    name: 'member as a moderator sees',
    status: 200,
    async open({ page, enterOffice, members }) {
      await enterOffice(page, MODERATOR);
      return show(page, paths.adminMember(await members.idOf(LONG_NAME)));
    },
    like: 'member',
  },
  emptyForm('role change', 'role', 'Change the role'),
  emptyForm('deletion', 'deletion', 'Delete the account', { like: 'role change' }),
  emptyForm('member profile', 'profile', 'Change the profile', { like: 'role change' }),
  {
    name: 'new member',
    status: 422,
    async open({ page, enterOffice }) {
      await enterOffice(page, ADMIN);
      await page.goto(paths.newMember());
      await fill(page, { Username: LONG_WORD });
      return send(page, 'Make the account');
    },
    like: 'role change',
  },
  officePage('no waiting members', paths.waitingMembers(), { like: 'empty search' }),
  {
    name: 'waiting members',
    status: 200,
    async open({ page, enterOffice, members, setSettings }) {
      const name = longName('newcomer-');
      await members.change(name, { email: longAddress(name), approvedAt: null });
      await setSettings({ membership: 'approval' });
      await enterOffice(page, ADMIN);
      return show(page, paths.waitingMembers());
    },
  },
  ...INVITATION_PAGES,
];
