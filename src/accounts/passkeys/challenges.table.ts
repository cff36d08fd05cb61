import type { Database } from '../../database/connection.ts';
import { toRow } from '../../database/rows.ts';

/** A row of `webauthn_challenges`. Times are UTC milliseconds. */
export interface ChallengeRow {
  /** The SHA-256 of the id of the session that asked for it. */
  sessionHash: string;
  purpose: string;
  challengeHash: string;
  /** Whose passkey has to answer; null when anybody's may. */
  userId: number | null;
  /** What a passkey that is being made calls the account; null for all other purposes. */
  userHandle: string | null;
  expiresAt: number;
}

/** Saves a challenge in the place of the session's older one for the same purpose. */
export async function saveChallenge(db: Database, row: ChallengeRow): Promise<void> {
  await db('webauthn_challenges').insert(toRow(row)).onConflict(['session_hash', 'purpose']).merge();
}

/**
 * Removes a challenge that is still good.
 *
 * @returns it, or undefined when there was none; of several who take it at the same instant one gets it
 */
export async function takeChallengeRow(
  db: Database,
  wanted: Pick<ChallengeRow, 'sessionHash' | 'purpose' | 'challengeHash' | 'userId'>,
  now: number,
): Promise<Pick<ChallengeRow, 'userHandle'> | undefined> {
  const same = {
    session_hash: wanted.sessionHash,
    purpose: wanted.purpose,
    challenge_hash: wanted.challengeHash,
    user_id: wanted.userId,
  };
  const row = await db('webauthn_challenges')
    .where(same)
    .where('expires_at', '>', now)
    .first({ userHandle: 'user_handle' });
  if (!row) return undefined;
  return (await db('webauthn_challenges').where(same).delete()) === 1 ? row : undefined;
}
