import type { Database } from '../database/connection.ts';
import { retryConflicts, type Transaction } from '../database/transaction.ts';
import type { Clock } from '../shared/clock.ts';
import { DAY, MINUTE } from '../shared/clock.ts';
import type { Encryptor } from '../shared/crypto/encryption.ts';
import {
  deleteEncryptedBefore,
  deleteForm,
  findOutcome,
  insertForm,
  saveOutcome,
  takeEncrypted,
} from './submitted-forms.table.ts';

/** How long a form that was carried out is known again, in milliseconds. */
export const FORMS_STAY = 1 * DAY;

/** How long a secret waits to be shown, in milliseconds. */
const SHOWN_WITHIN = 10 * MINUTE;

/** A form that came, known by the key in it (`submittedForm`). */
export interface SubmittedForm {
  keyHash: string;
  /** Null for a guest. */
  userId: number | null;
}

/** What a form can come to. A refusal leaves the form to be sent again. */
interface FormOutcome {
  ok: boolean;
  /** A secret for `takeShown`, from `encryptShown`; not in the answer to a form that comes again. */
  encrypted?: string | undefined;
}

/**
 * Carries a form out once, in the transaction of the work: sent again, also at the same instant and to another process, it
 * gets the answer that it got first. A member's row is locked before it, as before whatever changes an account.
 *
 * @param form undefined where no form was sent, as at a terminal: then the work is simply done
 * @param work its answer is kept as JSON for a day, so it must hold no secret but `encrypted`
 */
export async function submitOnce<Outcome extends FormOutcome>(
  trx: Transaction,
  now: number,
  form: SubmittedForm | undefined,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  if (!form) return work();
  const { keyHash } = form;
  await insertForm(trx, { ...form, createdAt: now });
  const before = await findOutcome(trx, keyHash);
  if (before !== undefined) return JSON.parse(before);
  const outcome = await work();
  if (outcome.ok) {
    const { encrypted = null, ...answer } = outcome;
    await saveOutcome(trx, keyHash, { outcome: JSON.stringify(answer), encrypted });
  } else {
    await deleteForm(trx, keyHash);
  }
  return outcome;
}

/** What a form came to that was sent before; undefined for a new one. For rules that refuse before their transaction. */
export async function outcomeBefore<Outcome>(
  db: Database,
  form: SubmittedForm | undefined,
): Promise<Outcome | undefined> {
  const outcome = form && (await findOutcome(db, form.keyHash));
  return outcome === undefined ? undefined : JSON.parse(outcome);
}

/** Encrypts what the page after a form shows once. */
export function encryptShown(encryptor: Encryptor, { keyHash }: SubmittedForm, lines: string[]): string {
  return encryptor.encrypt(JSON.stringify(lines), placeOf(keyHash));
}

/**
 * Gives what a member's form left to be shown, once and within ten minutes.
 *
 * @param keyHash the form's, as it came in the address of the page
 */
export async function takeShown(
  { db, clock, encryptor }: { db: Database; clock: Clock; encryptor: Encryptor },
  userId: number,
  keyHash: string,
): Promise<string[] | undefined> {
  const since = clock() - SHOWN_WITHIN;
  const encrypted = await retryConflicts(() => takeEncrypted(db, { keyHash, userId, since }));
  return encrypted === undefined ? undefined : JSON.parse(encryptor.decrypt(encrypted, placeOf(keyHash)));
}

/** Forgets secrets that nobody came to see. */
export async function forgetShown(db: Database, now: number): Promise<void> {
  await deleteEncryptedBefore(db, now - SHOWN_WITHIN);
}

function placeOf(keyHash: string): string {
  return `shown-once:${keyHash}`;
}
