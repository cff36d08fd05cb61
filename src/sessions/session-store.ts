import type { Request } from 'express';
import session, { type Session, type SessionData } from 'express-session';
import type { Database } from '../database/connection.ts';
import { retryConflicts, writeIfPossible } from '../database/transaction.ts';
import { type Clock, DAY, HOUR, MINUTE } from '../shared/clock.ts';
import { hashToken } from '../shared/crypto/random-token.ts';
import { networksAround } from '../shared/networks.ts';
import { guestNetworks, keepShort, makeRoomForGuest } from './guest-sessions.ts';
import {
  deleteSession,
  insertSession,
  type OwnerTable,
  prepareLoad,
  touchSession,
  updateSession,
} from './sessions.table.ts';

/** How long a session lives (OWASP ASVS 5.0, 7.3.1 and 7.3.2), in milliseconds. */
export const SESSION_LIMITS = {
  idle: 1 * HOUR,
  absolute: 24 * HOUR,
  /** With "remember me" the cookie outlives the browser, and both limits are this one. */
  remembered: 14 * DAY,
  /** How often use is written down at most. */
  touch: 1 * MINUTE,
};

interface SessionStoreOptions<Owner> {
  db: Database;
  clock: Clock;
  /** Who opens a session, and from where. */
  clientOf: (req: Request) => { address: string; network: string; userAgent: string };
  owner: OwnerTable;
  /** Whether the person may still be signed in with this session; asked at every request. */
  isActive: (owner: Owner, data: SessionData) => boolean;
}

/** What the table knows of a session, kept on the session under a name that is never written with it. */
const STORED = Symbol('stored');

interface Stored<Owner> {
  createdAt: number;
  /** The column `data`. */
  text: string;
  owner: Owner | undefined;
}

type Known<Owner> = SessionData & { [STORED]?: Stored<Owner> };
type Callback<Value> = (error: unknown, value?: Value) => void;

/**
 * Sessions in the database, so that they end on the server, can be listed and outlive a restart. Only the
 * SHA-256 of a session's id is stored: who reads the table cannot sign in with it. There is no `touch`
 * method on purpose: with one, express-session writes on every page; `get` moves the idle limit instead, at
 * most once a minute. A session loads with the person it belongs to, in one query.
 */
export class SessionStore<Owner> extends session.Store {
  readonly #options: SessionStoreOptions<Owner>;
  readonly #load: ReturnType<typeof prepareLoad<Owner>>;

  constructor(options: SessionStoreOptions<Owner>) {
    super();
    this.#options = options;
    this.#load = prepareLoad<Owner>(options.owner);
  }

  override get(id: string, callback: Callback<SessionData | null>): void {
    answer(this.#read(id), callback);
  }

  override set(id: string, data: SessionData, callback: Callback<void> = () => undefined): void {
    answer(this.#write(id, data as Session & Known<Owner>), callback);
  }

  override destroy(id: string, callback: Callback<void> = () => undefined): void {
    answer(
      retryConflicts(() => deleteSession(this.#options.db, hashToken(id))),
      callback,
    );
  }

  override createSession(req: Request, data: SessionData): Session & SessionData {
    const created: Session & Known<Owner> = super.createSession(req, data);
    created[STORED] = (data as Known<Owner>)[STORED];
    return created;
  }

  /** Whether a session holds anything that is not in the table yet. */
  isChanged(data: SessionData): boolean {
    const stored = (data as Known<Owner>)[STORED];
    return stored ? JSON.stringify(data) !== stored.text : Object.keys(data).some((key) => key !== 'cookie');
  }

  /** The person whose session came with the request, as of the query that loaded it. */
  ownerOf(req: Request): Owner | undefined {
    return (req.session as Known<Owner>)[STORED]?.owner;
  }

  async #read(id: string): Promise<SessionData | null> {
    const { db, clock, isActive } = this.#options;
    const now = clock();
    const idHash = hashToken(id);
    const [row] = await this.#load(db, { idHash, now });
    if (!row) return null;
    const data = JSON.parse(row.data) as Known<Owner>;
    if (row.userId !== null && !isActive(row, data)) {
      await writeIfPossible(() => deleteSession(db, idHash));
      return null;
    }
    // A clock that was set back must not make it live longer.
    if (Math.abs(now - row.lastSeenAt) >= SESSION_LIMITS.touch) {
      const expiresAt = Math.min(now + limitOf(data, 'idle'), row.endsAt);
      const seen = { before: row.lastSeenAt, now, expiresAt };
      await writeIfPossible(() => touchSession(db, idHash, seen));
    }
    const owner = row.userId === null ? undefined : row;
    data[STORED] = { createdAt: row.createdAt, text: row.data, owner };
    return data;
  }

  async #write(id: string, data: Session & Known<Owner>): Promise<void> {
    const { db, clock } = this.#options;
    const now = clock();
    // One that the table knows is only ever updated: one that was ended meanwhile is not brought back.
    const stored = data[STORED];
    const createdAt = stored?.createdAt ?? now;
    const endsAt = createdAt + limitOf(data, 'absolute');
    const userId = data.passport?.user ?? null;
    if (userId === null) keepShort(data);
    const row = {
      userId,
      lastSeenAt: now,
      expiresAt: Math.min(now + limitOf(data, 'idle'), endsAt),
      endsAt,
      data: JSON.stringify(data),
    };
    if (stored) {
      await retryConflicts(() => updateSession(db, hashToken(id), row));
      stored.text = row.data;
      return;
    }
    const { address, userAgent, network } = this.#options.clientOf(data.req as Request);
    const fresh = { ...row, idHash: hashToken(id), createdAt, address };
    if (userId === null) {
      const networks = guestNetworks(networksAround(network));
      await retryConflicts(() => makeRoomForGuest(db, networks));
      // Of a guest's browser nobody needs to know more than that it has the cookie.
      await retryConflicts(() => insertSession(db, { ...fresh, userAgent: '', networks }));
    } else {
      await retryConflicts(() => insertSession(db, { ...fresh, userAgent }));
    }
    data[STORED] = { createdAt, text: row.data, owner: undefined };
  }
}

/** Calls back outside the promise, so that what throws in there does not count as this failing. */
function answer<Value>(work: Promise<Value>, callback: Callback<Value>): void {
  work.then(
    (value) => process.nextTick(callback, undefined, value),
    (error: unknown) => process.nextTick(callback, error),
  );
}

function limitOf({ cookie }: SessionData, limit: 'idle' | 'absolute'): number {
  return SESSION_LIMITS[cookie.originalMaxAge === null ? limit : 'remembered'];
}

/** Under what the table keeps the session of a request. */
export function sessionHashOf(req: Request): string {
  return hashToken(req.sessionID);
}

declare module 'express-session' {
  interface SessionData {
    passport?: { user?: number };
    flash?: Record<string, string[]>;
    /** The page that a member asked for before being led to the set-up of a second factor. */
    returnTo?: string;
  }
  interface Session {
    /** Set by express-session on every session, not listed in its types. */
    readonly req: unknown;
  }
}
