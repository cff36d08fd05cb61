import { Argument, type Command, Option } from 'commander';
import { disableMember, enableMember, endMemberSessions, removeSecondFactors } from '../members/access.ts';
import { MEMBER_STATES } from '../members/member-state.ts';
import { changeRole } from '../members/membership.ts';
import { ROLES, type Role } from '../permissions.ts';
import { addCommand, countUpTo, type Shell } from './shell/shell.ts';
import { showFromStore } from './shell/store.ts';
import { create, doTo, findMember, type MemberWork } from './user-actions.ts';
import { type Listing, listMembers, showMember } from './user-view.ts';

const MOST_LISTED = 1_000;

const TEXTS = {
  group: 'members: make, look up, change',
  name: 'username or e-mail address',
  reason: 'why: the member and the audit log are told',
  limit: `Give a number from 1 to ${MOST_LISTED}.`,
};

/** What needs nothing but a member and a reason, by the name of its command. */
const MEMBER_WORK: Record<string, MemberWork & { description: string }> = {
  disable: {
    description: 'shut an account: nobody can log in to it, its logins end, and its tokens open nothing',
    done: (username) => `${username} is disabled and logged out everywhere.`,
    unchanged: (username) => `${username} is disabled already.`,
    work: disableMember,
  },
  enable: {
    description: 'let a disabled account log in again',
    done: (username) => `${username} can log in again.`,
    unchanged: (username) => `${username} is not disabled.`,
    work: enableMember,
  },
  'reset-2fa': {
    description: 'remove every second factor of somebody who has lost them, and end all logins and tokens',
    done: (username) => `${username} now logs in with the password alone, and is logged out everywhere.`,
    unchanged: (username) => `${username} has no second factor.`,
    work: removeSecondFactors,
  },
  'end-sessions': {
    description: 'log a member out on every device and in every program; personal access tokens stay',
    done: (username) =>
      `${username} is logged out on every device and in every program. Personal access tokens stay.`,
    unchanged: (username) => `${username} is not logged in anywhere.`,
    work: endMemberSessions,
  },
};

/** `gatehouse user …`: what admins do on the members' pages. */
export function addUserCommands(program: Command, shell: Shell): void {
  const user = program.command('user').description(TEXTS.group);
  addCreate(user, shell);
  addList(user, shell);
  addCommand(user, 'show', 'show one member', ['user show alice', 'user show alice@example.org --json'])
    .argument('<name>', TEXTS.name)
    .action((name: string) =>
      showFromStore(shell, async (store) => showMember(store, await findMember(store, name))),
    );
  addRole(user, shell);
  for (const [command, work] of Object.entries(MEMBER_WORK)) {
    const example = `user ${command} bob --reason "asked for by telephone"`;
    addCommand(user, command, work.description, [example])
      .argument('<name>', TEXTS.name)
      .requiredOption('--reason <why>', TEXTS.reason)
      .action((name: string, { reason }: { reason: string }) =>
        showFromStore(shell, (store) => doTo(store, name, reason, work)),
      );
  }
}

function addCreate(user: Command, shell: Shell): void {
  addCommand(user, 'create', 'make an account; its member chooses the password through a link', [
    'user create --username alice --email alice@example.org --reason "joined at the fair"',
  ])
    .requiredOption('--username <name>', '3 to 30 letters, digits, dots, underscores and hyphens')
    .requiredOption('--email <address>', 'where the link is mailed to')
    .addOption(new Option('--role <role>', 'what the member may do').choices(ROLES).default('user'))
    .requiredOption('--reason <why>', TEXTS.reason)
    .action(({ reason, ...form }: { reason: string } & Record<string, string>) =>
      showFromStore(shell, (store) => create(store, form, reason)),
    );
}

function addList(user: Command, shell: Shell): void {
  addCommand(user, 'list', 'list members, by name', [
    'user list',
    'user list --role admin --json',
    'user list --search anna --limit 10',
  ])
    .addOption(new Option('--role <role>', 'only those of a role').choices(ROLES))
    .addOption(new Option('--state <state>', 'only those in a state').choices(MEMBER_STATES))
    .option('--search <start>', 'only those whose username, email or mail domain starts with this')
    .option(
      '--limit <number>',
      `how many at most, up to ${MOST_LISTED}`,
      countUpTo(MOST_LISTED, TEXTS.limit),
      100,
    )
    .action((listing: Listing) => showFromStore(shell, (store) => listMembers(store, listing)));
}

function addRole(user: Command, shell: Shell): void {
  addCommand(user, 'role', 'give a member another role', [
    'user role alice moderator --reason "helps out from May on"',
  ])
    .argument('<name>', TEXTS.name)
    .addArgument(new Argument('<role>', 'what the member may do').choices(ROLES))
    .requiredOption('--reason <why>', TEXTS.reason)
    .action((name: string, role: Role, { reason }: { reason: string }) => {
      const work: MemberWork = {
        done: (username) => `${username} now has the role ${role}.`,
        unchanged: (username) => `${username} has the role ${role} already.`,
        work: (context, action, id) => changeRole(context, action, id, { role }),
      };
      return showFromStore(shell, (store) => doTo(store, name, reason, work));
    });
}
