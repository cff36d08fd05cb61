import { randomBytes } from 'node:crypto';
import type { Transaction } from '../database/transaction.ts';
import { sha256 } from './audit-chain.ts';
import { type AuditRow, insertAuditRow } from './audit-log.table.ts';

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
  /** Which token an API client showed, in words that are no secret: `personal access token 3`. */
  token?: string | undefined;
}

/** What happened. */
export interface AuditEvent {
  /** `login.succeeded`, `password.changed`: what, and what became of it. */
  action: string;
  actor: Actor;
  /** On whom, when it is about somebody's account: what the row tells goes when that is erased. */
  subjectId?: number;
  /** From where, when it came through a browser or an API client. */
  client?: AuditClient;
  /** Before and after, the factor, the reason: whatever a reader needs. Never a secret. */
  details?: Record<string, unknown>;
}

/** What a row tells of people. It can be erased when an account is; the chain stays whole. */
export interface Personal extends Partial<AuditClient>, Pick<AuditEvent, 'details'> {
  operator?: string;
}

const SALT_BYTES = 16;

/**
 * Adds a row to the audit log, in the transaction of what it tells of: both are kept or neither. It is linked into the
 * chain a moment later, by the process that has the lease (`linkAudit`), so that nobody waits for anybody here.
 *
 * @param at in UTC milliseconds
 */
export async function record(trx: Transaction, at: number, event: AuditEvent): Promise<void> {
  const { actor, client, details } = event;
  const personal = JSON.stringify({
    // Without it, who knows what was erased could prove it by hashing guesses.
    salt: randomBytes(SALT_BYTES).toString('base64url'),
    ...(client ? { address: client.address, userAgent: client.userAgent } : {}),
    ...(client?.token ? { token: client.token } : {}),
    ...(actor.kind === 'operator' ? { operator: actor.name } : {}),
    ...(details ? { details } : {}),
  });
  await insertAuditRow(trx, {
    at,
    action: event.action,
    actorKind: actor.kind,
    actorId: actor.kind === 'member' ? actor.id : null,
    subjectId: event.subjectId ?? null,
    personal,
    personalHash: sha256(personal),
  });
}

/** What a row tells of people; empty when it was erased. */
export function personalOf(row: Pick<AuditRow, 'personal'>): Personal {
  return row.personal === null ? {} : (JSON.parse(row.personal) as Personal);
}
