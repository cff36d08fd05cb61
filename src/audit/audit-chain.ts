import { createHash } from 'node:crypto';
import type { Database } from '../database/connection.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import {
  type AuditHead,
  type AuditLink,
  type AuditRow,
  countUnlinked,
  findErasure,
  type LinkedRow,
  linkRow,
  moveHead,
  type NewAuditRow,
  readHead,
  readLinkedAfter,
  readUnlinked,
} from './audit-log.table.ts';

/** How many rows are linked in one transaction. */
const LINKED_AT_ONCE = 200;

/**
 * Links the rows that were added since: each gets the next number and a hash that covers it and the hash before it.
 * What was done meanwhile waits for nobody, and the chain is in the linker's order. Two linkers at once make one chain:
 * the head is moved first, by one of them. One that dies in the middle leaves whole batches behind.
 *
 * @param batch for tests: how many rows are linked in one transaction
 */
export async function linkAudit(db: Database, batch = LINKED_AT_ONCE): Promise<void> {
  let linked: number;
  do linked = await inTransaction(db, (trx) => linkBatch(trx, batch));
  while (linked === batch);
}

/** @returns how many rows were linked */
async function linkBatch(trx: Transaction, limit: number): Promise<number> {
  const head = await readHead(trx);
  const rows = await readUnlinked(trx, limit);
  const links: [AuditRow, AuditLink][] = [];
  let newest = head;
  for (const row of rows) {
    const link = linkAfter(newest, row);
    links.push([row, link]);
    newest = link;
  }
  if (newest === head || !(await moveHead(trx, head, newest))) return 0;
  for (const [{ id }, link] of links) {
    if (!(await linkRow(trx, id, link)))
      throw new Error(`Row ${id} of the audit log changed while it was linked.`);
  }
  return links.length;
}

/** The link of a row that comes next in the chain. */
function linkAfter(head: AuditHead, row: NewAuditRow): AuditLink {
  const link = { sequence: head.sequence + 1, previousHash: head.hash };
  return { ...link, hash: hashOf({ ...row, ...link }) };
}

export type Verification =
  /**
   * @property rows how many are linked  @property erased how many of them no longer tell of people
   * @property unlinked how many are not linked yet: nothing vouches for them
   */
  | { ok: true; rows: number; erased: number; unlinked: number; head: AuditHead }
  /** @property sequence the first row that is not as it was written */
  | { ok: false; sequence: number; problem: Break };

/** Emptied: what the row told of people was removed, and no erasure says so. */
export type Break = 'changed' | 'emptied' | 'missing';

/**
 * Walks the whole log and compares each row with the chain, and the chain with its head: a head that was set back or
 * removed hides no row.
 *
 * @param batch how many rows are read at once
 */
export async function verifyChain(db: Database, batch = 1_000): Promise<Verification> {
  // Read first: what is linked meanwhile comes after it.
  const head = await readHead(db);
  let previous: AuditHead = { sequence: 0, hash: '' };
  const erasures = new Map<number, number>();
  let erased = 0;
  while (previous.sequence < head.sequence) {
    const wanted = Math.min(batch, head.sequence - previous.sequence);
    const rows = await readLinkedAfter(db, previous.sequence, wanted);
    for (const row of rows) {
      if (row.sequence !== previous.sequence + 1) break;
      if (!isSound(row, previous.hash)) return { ok: false, sequence: row.sequence, problem: 'changed' };
      if (row.personal === null) {
        if (!(await wasErased(db, row, erasures)))
          return { ok: false, sequence: row.sequence, problem: 'emptied' };
        erased += 1;
      }
      previous = { sequence: row.sequence, hash: row.hash };
    }
    const last = rows.at(-1)?.sequence;
    if (last !== previous.sequence) return { ok: false, sequence: previous.sequence + 1, problem: 'missing' };
  }
  if (previous.hash !== head.hash) return { ok: false, sequence: head.sequence, problem: 'changed' };
  const [beyond] = await readLinkedAfter(db, head.sequence, 1);
  // A link and its head are written together: one that the head does not know by now was put back to before it.
  if (beyond && beyond.sequence > (await readHead(db)).sequence)
    return { ok: false, sequence: beyond.sequence, problem: 'changed' };
  return { ok: true, rows: head.sequence, erased, unlinked: await countUnlinked(db), head };
}

function isSound(row: LinkedRow, previousHash: string): boolean {
  const personalIsSound = row.personal === null || sha256(row.personal) === row.personalHash;
  return personalIsSound && row.previousHash === previousHash && row.hash === hashOf(row);
}

/**
 * Whether a later row says that the member was erased whom a row is about.
 *
 * @param known the erasures that were found so far; asked again where one does not fit, which may be newer than the walk
 */
async function wasErased(
  db: Database,
  { subjectId, sequence }: LinkedRow,
  known: Map<number, number>,
): Promise<boolean> {
  if (subjectId === null) return false;
  if ((known.get(subjectId) ?? 0) <= sequence) known.set(subjectId, (await findErasure(db, subjectId)) ?? 0);
  return (known.get(subjectId) ?? 0) > sequence;
}

function hashOf(row: NewAuditRow & Omit<AuditLink, 'hash'>): string {
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

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
