import type { SessionData } from 'express-session';
import { pino } from 'pino';
import { insertIdentity } from '../../src/accounts/credentials/identities.table.ts';
import { identityHashOf } from '../../src/accounts/credentials/identities.ts';
import { insertPasskey } from '../../src/accounts/credentials/passkeys.table.ts';
import { type LinkPurpose, makeLink } from '../../src/accounts/links.ts';
import { changeEmail, findUser, type UserChange, updateUser } from '../../src/accounts/users.table.ts';
import { record } from '../../src/audit/audit.ts';
import { readConfig } from '../../src/config/config.ts';
import { type Context, createContext } from '../../src/context.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { disableMember, startPasswordReset } from '../../src/members/access.ts';
import { inviteByMail } from '../../src/members/invite.ts';
import type { Role } from '../../src/permissions.ts';
import { deleteSessionsOf } from '../../src/sessions/sessions.table.ts';
import { hashToken, makeToken } from '../../src/shared/crypto/random-token.ts';
import { OPS } from '../../src/testing/member-actions.ts';
import { addPerson, PASSWORD } from '../../src/testing/people.ts';
import type { Store } from './server.ts';

/** What people may do, by how their names begin; everybody else is a plain member. */
const ROLES: Record<string, Role> = { 'mod-': 'moderator', 'admin-': 'admin' };

/** Who logs in, and with what. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Someone with this name, whether a member yet or not. */
export function person(name: string): Person {
  return { name, email: `${name}@example.org`, password: PASSWORD };
}

/** Makes members without the register form, which takes only so many an hour. */
export interface Members {
  /** Another process of the store: what its rules take, for what is to be there without a click. */
  context: Context;
  /** Gives a member, whose account is made at the first call: alice, bob, mod-mina, admin-ana or anyone. */
  get: (name: string) => Promise<Person>;
  /** The id of a member. */
  idOf: (name: string) => Promise<number>;
  /** Disables a member's account. */
  disable: (name: string) => Promise<void>;
  /** Changes what the store knows of a member, as if that had happened in another way. */
  change: (name: string, change: UserChange & { email?: string }) => Promise<void>;
  /** Makes a link as one that is mailed to a member, without the mail. @returns its token */
  makeLink: (name: string, purpose: LinkPurpose, data?: Record<string, unknown>) => Promise<string>;
  /** Invites somebody, as if the mail had been written. @returns the token of its link */
  invite: (email: string, role: Role) => Promise<string>;
  /** Lets a mail to a member have come to nothing. */
  failMail: (name: string, error: string) => Promise<void>;
  /** Changes what a member's sessions hold: when its member logged in, for instance. */
  changeSessions: (name: string, data: Partial<SessionData>) => Promise<void>;
  /** Ends a member's sessions, as their time would. */
  endSessions: (name: string) => Promise<void>;
  /** Gives a member a passkey that only the store knows. @returns its id */
  addPasskey: (name: string, passkey: string) => Promise<number>;
  /** Connects a member with the store's provider, where this is who they are. @returns the identity's id */
  connect: (name: string, subject: string) => Promise<number>;
  /** Lets so many things have happened to a member's account. */
  makeHistory: (name: string, events: number) => Promise<void>;
  /** Trusts all browsers that a member has used. @param until in UTC milliseconds */
  trustBrowsers: (name: string, until: number) => Promise<void>;
  /** Lets whatever a throttle has counted so far be one too many. */
  useUpThrottles: () => Promise<void>;
  /** Forgets what the throttles have counted. */
  clearThrottles: () => Promise<void>;
  close: () => Promise<void>;
}

export { PASSWORD };

/** @param store the running store whose members they become */
export async function openMembers(store: Store): Promise<Members> {
  const context = await createContext(readConfig(store.settings), pino({ level: 'silent' }));
  const { db, clock } = context;
  const ids = new Map<string, Promise<number>>();

  function idOf(name: string): Promise<number> {
    const id = ids.get(name) ?? addPerson(context, name, roleOf(name));
    ids.set(name, id);
    return id;
  }

  return {
    context,
    async get(name) {
      await idOf(name);
      return person(name);
    },
    idOf,
    async disable(name) {
      await disableMember(context, OPS, await idOf(name));
    },
    async change(name, { email, ...change }) {
      const id = await idOf(name);
      await inTransaction(db, async (trx) => {
        if (email !== undefined) await changeEmail(trx, id, email, null);
        if (Object.keys(change).length > 0) await updateUser(trx, id, change);
      });
    },
    async makeLink(name, purpose, data = {}) {
      const userId = await idOf(name);
      const { email } = (await findUser(db, userId)) ?? {};
      const link = { purpose, userId, data: { email, mailedTo: email, ...data } };
      return inTransaction(db, (trx) => makeLink(trx, clock(), link));
    },
    async invite(email, role) {
      const invited = await inviteByMail(context, OPS, { addresses: email, role });
      if (!invited.ok) throw new Error(`${email} was not invited: ${invited.problem}.`);
      const token = makeToken();
      const mailed = { token_hash: hashToken(token), mail_due_at: null };
      await db('invitations').where({ email }).whereNotNull('open_key').update(mailed);
      return token;
    },
    async failMail(name, error) {
      const userId = await idOf(name);
      await startPasswordReset(context, OPS, userId);
      const failed = { due_at: null, given_up_at: clock(), attempts: 1, last_error: error };
      await db('outbox').where('user_id', userId).update(failed);
    },
    async changeSessions(name, data) {
      const sessions = db('sessions').where('user_id', await idOf(name));
      for (const row of await sessions.clone().select('id_hash', 'data')) {
        const changed = JSON.stringify({ ...JSON.parse(row.data), ...data });
        await db('sessions').where('id_hash', row.id_hash).update({ data: changed });
      }
    },
    async endSessions(name) {
      await deleteSessionsOf(db, await idOf(name));
    },
    async addPasskey(name, passkey) {
      const userId = await idOf(name);
      const text = makeToken();
      return inTransaction(db, async (trx) => {
        await updateUser(trx, userId, { twoFactorSince: clock() });
        const id = await insertPasskey(trx, {
          ...{ userId, credentialId: text, publicKey: text, userHandle: text, name: passkey },
          ...{ counter: 1, transports: ['internal'], backedUp: true, createdAt: clock() },
        });
        return id as number;
      });
    },
    async connect(name, subject) {
      const userId = await idOf(name);
      const identity = { issuer: store.settings.OIDC_ISSUER ?? '', subject };
      const row = { ...identity, userId, label: subject, createdAt: clock() };
      return inTransaction(db, async (trx) => {
        const id = await insertIdentity(trx, { ...row, identityHash: identityHashOf(identity) });
        return id as number;
      });
    },
    async makeHistory(name, events) {
      const id = await idOf(name);
      const event = {
        action: 'username.changed',
        actor: { kind: 'member' as const, id },
        subjectId: id,
        client: { address: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', userAgent: '' },
        details: { from: name, to: name },
      };
      await inTransaction(db, async (trx) => {
        for (let time = 0; time < events; time += 1) await record(trx, clock(), event);
      });
    },
    async trustBrowsers(name, until) {
      await db('known_browsers')
        .where('user_id', await idOf(name))
        .update({ trusted_until: until });
    },
    async useUpThrottles() {
      await db('rate_limits').update({ points: 1_000 });
    },
    async clearThrottles() {
      await db('rate_limits').delete();
    },
    close: context.close,
  };
}

function roleOf(name: string): Role | undefined {
  return Object.entries(ROLES).find(([start]) => name.startsWith(start))?.[1];
}
