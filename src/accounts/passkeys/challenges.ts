import { retryConflicts } from '../../database/transaction.ts';
import { MINUTE } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext } from '../account-context.ts';
import { type ChallengeRow, saveChallenge, takeChallengeRow } from './challenges.table.ts';

/** How long somebody has to answer the browser's question, in milliseconds. */
export const CHALLENGE_LIFETIME = 5 * MINUTE;

/** What a passkey is asked for. An answer to one question is none to another. */
export type ChallengePurpose = 'registration' | 'login' | 'second-factor' | 'recent-login';

/** What a challenge is bound to. */
export interface ChallengeScope {
  purpose: ChallengePurpose;
  /** The SHA-256 of the id of the session that asks. */
  sessionHash: string;
  /** Whose passkey has to answer; undefined when anybody's may. */
  userId?: number | undefined;
}

type Clocked = Pick<AccountContext, 'db' | 'clock'>;

/**
 * Makes what a passkey will have to sign (WebAuthn Level 3, 13.4.3): 256 random bits, good for five minutes and one
 * answer in one session. The database keeps the hash.
 *
 * @param userHandle of the passkey that is to be made
 */
export async function makeChallenge(
  { db, clock }: Clocked,
  scope: ChallengeScope,
  userHandle: string | null = null,
): Promise<string> {
  const challenge = makeToken();
  const expiresAt = clock() + CHALLENGE_LIFETIME;
  await retryConflicts(() => saveChallenge(db, { ...rowOf(scope, challenge), userHandle, expiresAt }));
  return challenge;
}

/**
 * Uses a challenge up: whatever comes of the answer, the same one is never looked at again.
 *
 * @returns undefined when it was used, is too old or was made for something else
 */
export async function takeChallenge(
  { db, clock }: Clocked,
  scope: ChallengeScope,
  challenge: string,
): Promise<Pick<ChallengeRow, 'userHandle'> | undefined> {
  return retryConflicts(() => takeChallengeRow(db, rowOf(scope, challenge), clock()));
}

function rowOf({ purpose, sessionHash, userId }: ChallengeScope, challenge: string) {
  return { purpose, sessionHash, userId: userId ?? null, challengeHash: hashToken(challenge) };
}
