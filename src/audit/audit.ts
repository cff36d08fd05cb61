import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';
import {
  type AuditHead,
  type AuditRow,
  insertAuditRow,
  readAfter,
  readHead,
  takeNextNumber,
} from './audit-log.table.ts';

/** Who did it: a member (or an admin, by the same id), somebody not signed in, the store, or its owner at a terminal. */
export type Actor =
  | { kind: 'member'; id: number }
  | { kind: 'guest' }
  | { kind: 'system' }
  | { kind: 'operator'; name: string };

/** From where something came. */
export interface AuditClient {
  address: string;
  userAgent: string;
  /** Which token a program showed, in words that are no secret: `personal access token 3`. */
  token?: string | undefined;
}

/** What happened. */
export interface AuditEvent {
  /** `login.succeeded`, `password.changed`: what, and what became of it. */
  action: string;
  actor: Actor;
  /** On whom, when it is about somebody's account: what the row tells goes when that is erased. */
  subjectId?: number;
  /** From where, when it came through a browser or a program. */
  client?: AuditClient;
  /** Before and after, the factor, the reason: whatever a reader needs. Never a secret. */
  details?: Record<string, unknown>;
}

/** What a row tells of people. It can be erased when an account is; the chain stays whole. */
export interface Personal {
  address?: string;
  userAgent?: string;
  token?: string;
  operator?: string;
  details?: Record<string, unknown>;
}

const SALT_BYTES = 16;

/**
 * Adds a row to the audit log, in the transaction of what it tells of: both are kept or neither. Each row's hash
 * covers the previous one's, so a row that is changed or removed later breaks the chain. To be called last in a
 * transaction: from here to its end nobody else can add.
 *
 * @param at in UTC milliseconds
 */
export async function record(trx: Transaction, at: number, event: AuditEvent): Promise<void> {
  await insertAuditRow(trx, rowAfter(await takeNextNumber(trx), at, event));
}

/** The row that comes after the newest one. Made by itself for tools alone that write a whole log at once. */
export function rowAfter(head: AuditHead, at: number, event: AuditEvent): AuditRow {
  const { actor, client, details } = event;
  const personal = JSON.stringify({
    // Without it, who knows what was erased could prove it by hashing guesses.
    salt: randomBytes(SALT_BYTES).toString('base64url'),
    ...(client ? { address: client.address, userAgent: client.userAgent } : {}),
    ...(client?.token ? { token: client.token } : {}),
    ...(actor.kind === 'operator' ? { operator: actor.name } : {}),
    ...(details ? { details } : {}),
  });
  const row = {
    sequence: head.sequence + 1,
    at,
    action: event.action,
    actorKind: actor.kind,
    actorId: actor.kind === 'member' ? actor.id : null,
    subjectId: event.subjectId ?? null,
    personal,
    personalHash: sha256(personal),
    previousHash: head.hash,
  };
  return { ...row, hash: hashOf(row) };
}

/** What a row tells of people; empty when it was erased. */
export function personalOf(row: Pick<AuditRow, 'personal'>): Personal {
  return row.personal === null ? {} : (JSON.parse(row.personal) as Personal);
}

export type Verification =
  /** @property rows how many there are  @property erased how many of them no longer tell of people */
  | { ok: true; rows: number; erased: number; head: AuditHead }
  /** @property sequence the first row that is not as it was written */
  | { ok: false; sequence: number; problem: 'changed' | 'missing' };

/**
 * Walks the whole log and compares each row with the chain, and the chain with its head: a head that was set back or
 * removed hides no row.
 *
 * @param batch how many rows are read at once
 */
export async function verifyChain(db: Database, batch = 1_000): Promise<Verification> {
  // Read first: what is added meanwhile comes after it.
  const head = await readHead(db);
  let previous: AuditHead = { sequence: 0, hash: '' };
  let erased = 0;
  while (previous.sequence < head.sequence) {
    const wanted = Math.min(batch, head.sequence - previous.sequence);
    const rows = await readAfter(db, previous.sequence, wanted);
    for (const row of rows) {
      if (row.sequence !== previous.sequence + 1) break;
      if (!isSound(row, previous.hash)) return { ok: false, sequence: row.sequence, problem: 'changed' };
      if (row.personal === null) erased += 1;
      previous = { sequence: row.sequence, hash: row.hash };
    }
    const last = rows.at(-1)?.sequence;
    if (last !== previous.sequence) return { ok: false, sequence: previous.sequence + 1, problem: 'missing' };
  }
  if (previous.hash !== head.hash) return { ok: false, sequence: head.sequence, problem: 'changed' };
  const [beyond] = await readAfter(db, head.sequence, 1);
  // A row and its head are written together: one that the head does not know by now was put back to before it.
  if (beyond && beyond.sequence > (await readHead(db)).sequence)
    return { ok: false, sequence: beyond.sequence, problem: 'changed' };
  return { ok: true, rows: head.sequence, erased, head };
}

function isSound(row: AuditRow, previousHash: string): boolean {
  const personalIsSound = row.personal === null || sha256(row.personal) === row.personalHash;
  return personalIsSound && row.previousHash === previousHash && row.hash === hashOf(row);
}

function hashOf(row: Omit<AuditRow, 'hash' | 'personal'>): string {
  return sha256(
    JSON.stringify([
      row.sequence,
      row.at,
      row.action,
      row.actorKind,
      row.actorId,
      row.subjectId,
      row.personalHash,
      row.previousHash,
    ]),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
