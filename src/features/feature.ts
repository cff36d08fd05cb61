import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';
import type { RoleHolder } from '../permissions.ts';

/** Rows about members: in every table that has a `user_id`. */
interface PersonalData {
  table: string;
  /**
   * The part of a member's data export, and what it tells: the name there and the column. Times (UTC milliseconds)
   * have names that end with At or Until. Left out where rows hold secrets alone, or what is told elsewhere.
   */
  export?: { section: string; columns: Record<string, string> };
  /** What becomes of the rows when the account is erased. @property keep why they stay as they are */
  erasure: 'delete' | { anonymise: Record<string, string | number | null> } | { keep: string };
}

/** Rows that are removed when a time in them is over. */
interface ExpiringRows {
  table: string;
  column: string;
  /** How much longer they stay, in milliseconds. */
  stay?: number;
}

/** Somebody whose account is being erased. @property email the last address */
export interface ErasedMember {
  id: number;
  email: string;
}

/** What a feature declares of itself, for those who work across features and know none of them. */
export interface Feature {
  name: string;
  /** Its section of the back office. */
  section?: { label: string; path: string; may: (user: RoleHolder) => boolean };
  /** What it writes into the audit log, under the headings of the log's filter. */
  auditActions?: Record<string, readonly string[]>;
  personalData?: readonly PersonalData[];
  /** Erases what leads to a member in another way than by `user_id`. */
  erase?: (trx: Transaction, member: ErasedMember) => Promise<unknown>;
  expiring?: readonly ExpiringRows[];
  /** Removes what else has expired at a time in UTC milliseconds. */
  cleanup?: (db: Database, now: number) => Promise<unknown>;
  /** Why an account cannot be closed now, as its member reads it; undefined when it can. Asked in the closing's transaction. */
  mayClose?: (trx: Transaction, userId: number) => Promise<string | undefined>;
}

/** Something is still open between the store and a member: an order, a balance. @property reason as they read it */
export interface OpenBusiness {
  ok: false;
  problem: 'open-business';
  reason: string;
}

/** Asks every feature whether an account may be closed. @returns undefined when it may */
export async function findOpenBusiness(
  trx: Transaction,
  features: readonly Feature[],
  userId: number,
): Promise<OpenBusiness | undefined> {
  for (const { mayClose } of features) {
    const reason = await mayClose?.(trx, userId);
    if (reason !== undefined) return { ok: false, problem: 'open-business', reason };
  }
  return undefined;
}
