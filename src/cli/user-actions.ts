import { findForLogin, type User } from '../accounts/users.table.ts';
import { findSecret, secretFile } from '../config/secret-key.ts';
import { FEATURES } from '../feature-list.ts';
import { createMailer } from '../mail/mailer.ts';
import type {
  MemberAction,
  MemberActionContext,
  MemberActionRefusal,
  MemberActionResult,
} from '../members/actions.ts';
import { createMember } from '../members/creation.ts';
import { createEncryptor } from '../shared/crypto/encryption.ts';
import { Refusal, type Report } from './shell/output.ts';
import { operator, type Store } from './shell/store.ts';

export const TEXTS = {
  made: (username: string) => `${username} is made.`,
  link: (link: string) => `The password is chosen with this link, which is mailed as well: ${link}`,
  linkLife: 'It works once, within 7 days. Whoever has it can take the account: hand it on with care.',
  unchanged: (username: string) => `${username} is that already.`,
  noKey: (file: string) =>
    `There is no SECRET_KEY and no key in ${file}, so mails could not be encrypted. Use the settings that the store runs with; a new store makes its key at its first start.`,
  unknown: (name: string) => `Nobody has the username or address ${name}.`,
  inactive: (username: string) =>
    `The account of ${username} is shut until it is erased. An administrator can restore it on the member’s page.`,
  lastAdmin: (username: string) =>
    `${username} is the last active administrator: nobody could run the store. Make somebody else one first.`,
};

/** Something that is done to one member, and how it is told. */
export interface MemberWork {
  done: (username: string) => string;
  unchanged?: (username: string) => string;
  work: (context: MemberActionContext, action: MemberAction, userId: number) => Promise<MemberActionResult>;
}

/** Makes an account. Its link is printed as well as mailed: a new store may have no mail server. */
export async function create(store: Store, form: Record<string, string>, reason: string): Promise<Report> {
  const creation = await createMember(memberActionContextOf(store), { actor: operator(), reason }, form);
  if (!creation.ok) throw refusalOf(creation, form.username ?? '');
  const { userId, username } = creation;
  const link = new URL(creation.link, store.config.publicUrl).href;
  return {
    lines: [TEXTS.made(username), TEXTS.link(link), TEXTS.linkLife],
    data: { id: userId, username, link },
  };
}

export async function findMember({ db }: Store, name: string): Promise<User> {
  const member = await findForLogin(db, name);
  if (!member) throw new Refusal('unknown', TEXTS.unknown(name));
  return member;
}

/** Does something to one member, as the operator. @throws Refusal for whatever the rules refuse */
export async function doTo(
  store: Store,
  name: string,
  reason: string,
  { done, unchanged, work }: MemberWork,
): Promise<Report> {
  const { id, username } = await findMember(store, name);
  const outcome = await work(memberActionContextOf(store), { actor: operator(), reason }, id);
  if (!outcome.ok) throw refusalOf(outcome, username, unchanged);
  return { lines: [done(username)], data: { id, username } };
}

function refusalOf(refused: MemberActionRefusal, name: string, unchanged = TEXTS.unchanged): Refusal {
  const { problem } = refused;
  switch (problem) {
    case 'invalid':
      return new Refusal(problem, Object.values(refused.errors).join(' '), { fields: refused.errors });
    case 'unchanged':
      return new Refusal(problem, unchanged(name));
    case 'last-admin':
      return new Refusal(problem, TEXTS.lastAdmin(name));
    case 'inactive':
      return new Refusal('shut', TEXTS.inactive(name));
    case 'open-business':
      return new Refusal(problem, refused.reason);
    case 'unknown':
      return new Refusal(problem, TEXTS.unknown(name));
    default:
      // Only members can be refused these, and only a form that was shown before can be late.
      throw new Error(`An operator was refused: ${problem}`);
  }
}

/** Its notices are encrypted. @throws Refusal without the store's key: one made here would open nothing there */
function memberActionContextOf(store: Store): MemberActionContext {
  const secret = findSecret(store.config);
  if (!secret) throw new Refusal('no-key', TEXTS.noKey(secretFile(store.config)));
  return {
    ...store,
    features: FEATURES,
    mailer: createMailer({ encryptor: createEncryptor(secret), clock: store.clock }),
  };
}
