import { z } from 'zod';
import { retryConflicts } from '../../database/transaction.ts';
import { MINUTE } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext } from '../account-context.ts';
import { type ChallengeRow, saveChallenge, takeChallengeRow } from './challenges.table.ts';

/**
 * The library for WebAuthn, loaded when the first passkey is asked for: it takes 20 MB and a good part of the start,
 * and many stores will never see a passkey.
 */
export async function loadWebauthn() {
  const [server, helpers] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ]);
  return { ...server, decodeAttestationObject: helpers.decodeAttestationObject };
}

/** Gives the bytes of base64url text in the type that the library takes. */
export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64url, 'base64url'));
}

/**
 * Who the store is for passkeys (WebAuthn Level 3, 4: relying party), by PUBLIC_URL alone. Passkeys hang on its
 * host name: a store that moves to another name has to ask its members for new ones.
 */
export function relyingPartyOf({ config, settings }: Pick<AccountContext, 'config' | 'settings'>) {
  return { rpID: config.publicUrl.hostname, rpName: settings.storeName };
}

/** What the library compares an answer with. */
export function expectationsOf({ config }: Pick<AccountContext, 'config'>, expectedChallenge: string) {
  const { origin, hostname } = config.publicUrl;
  return { expectedChallenge, expectedOrigin: origin, expectedRPID: hostname, requireUserVerification: true };
}

/** More than any passkey needs: most send less than 2,000 characters. */
const LONGEST = 20_000;

const base64url = z
  .string()
  .max(LONGEST)
  .regex(/^[\w-]+$/);

/** At most 1,023 bytes (WebAuthn Level 3, 4: credential id). */
const credentialId = base64url.max(1_364);

/** What the store reads of clientDataJSON itself; the library checks the rest. */
const clientData = z.object({
  challenge: z.string().min(1).max(200),
  /** Whether another site's page asked, with ours in a frame. */
  crossOrigin: z.boolean().default(false),
});

const credential = z.object({ id: credentialId, rawId: credentialId, type: z.literal('public-key') });

/**
 * What a browser sends after asking for a new passkey (WebAuthn Level 3, 5.1: RegistrationResponseJSON). Here and in the
 * next only its shape is checked: nothing is believed of it yet.
 */
export const attestation = credential.extend({
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(20)).max(20).catch([]),
  }),
});

/** The same after asking for the use of one (AuthenticationResponseJSON). */
export const assertion = credential.extend({
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
});

type Shapes = typeof attestation | typeof assertion;

/** What a browser sent, with what it says that it answers. */
export type BrowserAnswer<Shape extends Shapes> = z.output<Shape> & { claims: z.output<typeof clientData> };

/**
 * @param field of a form, with the answer as JSON
 * @returns undefined when it holds anything else
 */
export function readAnswer<Shape extends Shapes>(
  shape: Shape,
  field: unknown,
): BrowserAnswer<Shape> | undefined {
  if (typeof field !== 'string' || field.length > LONGEST) return undefined;
  try {
    const answer = shape.parse(JSON.parse(field));
    const { clientDataJSON } = answer.response;
    const claims = clientData.parse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()));
    return { ...answer, claims } as BrowserAnswer<Shape>;
  } catch {
    return undefined;
  }
}

/** How long somebody has to answer the browser's question, in milliseconds. */
export const CHALLENGE_LIFETIME = 5 * MINUTE;

/** What a passkey is asked for. An answer to one question is none to another. */
type ChallengePurpose = 'registration' | 'login' | 'second-factor' | 'recent-login';

/** What a challenge is bound to. */
export interface ChallengeScope {
  purpose: ChallengePurpose;
  /** The SHA-256 of the id of the session that asks. */
  sessionHash: string;
  /** Whose passkey has to answer; undefined when anybody's may. */
  userId?: number | undefined;
}

/**
 * Makes what a passkey will have to sign (WebAuthn Level 3, 13.4.3): 256 random bits, good for five minutes and one
 * answer in one session. The database keeps the hash.
 *
 * @param userHandle of the passkey that is to be made
 */
export async function makeChallenge(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
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
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  scope: ChallengeScope,
  challenge: string,
): Promise<Pick<ChallengeRow, 'userHandle'> | undefined> {
  return retryConflicts(() => takeChallengeRow(db, rowOf(scope, challenge), clock()));
}

function rowOf({ purpose, sessionHash, userId }: ChallengeScope, challenge: string) {
  return { purpose, sessionHash, userId: userId ?? null, challengeHash: hashToken(challenge) };
}
