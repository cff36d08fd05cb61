import { ACCOUNT_EVENTS } from '../../accounts/events.ts';

const TEXTS = {
  accounts: 'Accounts',
  login: 'Logging in',
  factors: 'Second factors',
  store: 'The store',
  others: 'Others',
};

/** What is written down beside what happens to accounts. */
const OTHER_ACTIONS = [
  'audit.exported',
  'invitation.renewed',
  'invitation.withdrawn',
  'invitations.made',
  'invitations.withdrawn',
  'login.attacked',
  'members.exported',
  'settings.changed',
  'store.restored',
  'task.added',
  'task.changed',
  'task.completed',
  'task.deleted',
  'task.reopened',
  'task.restored',
];

const KNOWN_ACTIONS = [...Object.keys(ACCOUNT_EVENTS), ...OTHER_ACTIONS].sort();

/** Which part of the list an action stands in, by its first word. */
const GROUPS: [label: string, words: string[]][] = [
  [TEXTS.accounts, ['account', 'data', 'email', 'invitation', 'role', 'username']],
  [
    TEXTS.login,
    ['browser', 'identity', 'login', 'password', 'program', 'programs', 'session', 'sessions', 'token'],
  ],
  [TEXTS.factors, ['passkey', 'recovery-code', 'recovery-codes', 'two-factor']],
  [TEXTS.store, ['access', 'audit', 'invitations', 'members', 'settings', 'store', 'task']],
];

/** An action says what, and what became of it. Also those of another version of the store can be asked for. */
export const ACTION = /^[a-z-]{1,30}\.[a-z-]{1,29}$/;

/** Says an action in words: `role.changed` is "Role changed". */
export function actionWords(action: string): string {
  const words = action
    .replaceAll(/[.-]/g, ' ')
    .replace('two factor', 'two-factor')
    .replace(/^email/, 'e-mail');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export interface ActionGroup {
  label: string;
  options: { value: string; label: string; selected: boolean }[];
}

/** Everything that can be looked for, in groups, for a select; one that is not known stands apart. */
export function actionGroups(selected: string): ActionGroup[] {
  const option = (value: string) => ({ value, label: actionWords(value), selected: value === selected });
  const known = GROUPS.map(([label, words]) => ({
    label,
    options: KNOWN_ACTIONS.filter((action) => words.includes(firstWord(action))).map(option),
  }));
  const grouped = known.flatMap(({ options }) => options.map(({ value }) => value));
  const others = [...KNOWN_ACTIONS, selected].filter((action) => action && !grouped.includes(action));
  return others.length === 0
    ? known
    : [...known, { label: TEXTS.others, options: [...new Set(others)].map(option) }];
}

function firstWord(action: string): string {
  return action.slice(0, action.indexOf('.'));
}
