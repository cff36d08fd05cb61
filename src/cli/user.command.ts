import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { disableMember, enableMember, endMemberSessions, removeSecondFactors } from '../members/access.ts';
import { MEMBER_STATES } from '../members/member-state.ts';
import { changeRole } from '../members/role-change.ts';
import { ROLES, type Role } from '../permissions.ts';
import { examples, type Shell } from './shell/shell.ts';
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
  user
    .command('show')
    .description('show one member')
    .argument('<name>', TEXTS.name)
    .addHelpText('after', examples('user show alice', 'user show alice@example.org --json'))
    .action((name: string) =>
      showFromStore(shell, async (store) => showMember(store, await findMember(store, name))),
    );
  addRole(user, shell);
  for (const [command, work] of Object.entries(MEMBER_WORK)) {
    user
      .command(command)
      .description(work.description)
      .argument('<name>', TEXTS.name)
      .requiredOption('--reason <why>', TEXTS.reason)
      .addHelpText('after', examples(`user ${command} bob --reason "asked for by telephone"`))
      .action((name: string, { reason }: { reason: string }) =>
        showFromStore(shell, (store) => doTo(store, name, reason, work)),
      );
  }
}

function addCreate(user: Command, shell: Shell): void {
  user
    .command('create')
    .description('make an account; its member chooses the password through a link')
    .requiredOption('--username <name>', '3 to 30 letters, digits, dots, underscores and hyphens')
    .requiredOption('--email <address>', 'where the link is mailed to')
    .addOption(new Option('--role <role>', 'what the member may do').choices(ROLES).default('user'))
    .requiredOption('--reason <why>', TEXTS.reason)
    .addHelpText(
      'after',
      examples('user create --username alice --email alice@example.org --reason "joined at the fair"'),
    )
    .action(({ reason, ...form }: { reason: string } & Record<string, string>) =>
      showFromStore(shell, (store) => create(store, form, reason)),
    );
}

function addList(user: Command, shell: Shell): void {
  user
    .command('list')
    .description('list members, by name')
    .addOption(new Option('--role <role>', 'only those of a role').choices(ROLES))
    .addOption(new Option('--state <state>', 'only those in a state').choices(MEMBER_STATES))
    .option('--search <start>', 'only those whose username, email or mail domain starts with this')
    .option('--limit <number>', `how many at most, up to ${MOST_LISTED}`, readLimit, 100)
    .addHelpText(
      'after',
      examples('user list', 'user list --role admin --json', 'user list --search anna --limit 10'),
    )
    .action((listing: Listing) => showFromStore(shell, (store) => listMembers(store, listing)));
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST_LISTED) throw new InvalidArgumentError(TEXTS.limit);
  return limit;
}

function addRole(user: Command, shell: Shell): void {
  user
    .command('role')
    .description('give a member another role')
    .argument('<name>', TEXTS.name)
    .addArgument(new Argument('<role>', 'what the member may do').choices(ROLES))
    .requiredOption('--reason <why>', TEXTS.reason)
    .addHelpText('after', examples('user role alice moderator --reason "helps out from May on"'))
    .action((name: string, role: Role, { reason }: { reason: string }) => {
      const work: MemberWork = {
        done: (username) => `${username} now has the role ${role}.`,
        unchanged: (username) => `${username} has the role ${role} already.`,
        work: (context, action, id) => changeRole(context, action, id, { role }),
      };
      return showFromStore(shell, (store) => doTo(store, name, reason, work));
    });
}
