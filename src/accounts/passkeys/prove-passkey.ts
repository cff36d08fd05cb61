import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { retryConflicts } from '../../database/transaction.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import {
  findByCredential,
  listPasskeys,
  type Passkey,
  savePasskeyUse,
} from '../credentials/passkeys.table.ts';
import { type Login, recordedRefusal } from '../login/login.ts';
import { knownBrowserOf, proveWithin, recordFailedLogin } from '../login/login-attempts.ts';
import { findUser } from '../users.table.ts';
import {
  assertion,
  type BrowserAnswer,
  bytesOf,
  CHALLENGE_LIFETIME,
  type ChallengeScope,
  expectationsOf,
  loadWebauthn,
  makeChallenge,
  readAnswer,
  relyingPartyOf,
  takeChallenge,
} from './webauthn.ts';

type Assertion = BrowserAnswer<typeof assertion>;

const REASON = 'passkey refused';

/**
 * Asks for a passkey: gives what the browser passes to `navigator.credentials.get`. Where it is known whose it must
 * be, theirs are named; nobody else learns what passkeys there are.
 */
export async function askForPasskey(
  context: AccountContext,
  scope: ChallengeScope,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const own = scope.userId === undefined ? [] : await listPasskeys(context.db, scope.userId);
  const { generateAuthenticationOptions } = await loadWebauthn();
  return generateAuthenticationOptions({
    rpID: relyingPartyOf(context).rpID,
    allowCredentials: own.map(({ credentialId: id, transports }) => ({ id, transports })),
    challenge: bytesOf(await makeChallenge(context, scope)),
    timeout: CHALLENGE_LIFETIME,
    userVerification: 'required',
  });
}

/** As a login with a password, but for the words: what is wrong with a passkey helps only who should not have it. */
export type PasskeyProof = Exclude<Login, { problem: 'wrong' }> | { ok: false; problem: 'refused' };

/**
 * Checks a passkey that was asked for (WebAuthn Level 3, 7.2). Refused are answers to another question, of another
 * site, without finger, face or PIN, used before, of a counter that went back, or of somebody else's passkey.
 * Failures are counted and written into the audit log; a passkey works also while passwords are stopped.
 *
 * @param field the browser's answer, as JSON
 */
export async function provePasskey(
  context: AccountContext,
  scope: ChallengeScope,
  field: unknown,
  client: ClientInfo,
): Promise<PasskeyProof> {
  const answer = readAnswer(assertion, field);
  const passkey = answer && (await findByCredential(context.db, answer.id));
  const owner = passkey && { id: passkey.userId };
  const knownBrowser = owner && (await knownBrowserOf(context, owner, client));
  const key = { network: client.network, knownBrowser };
  const attempt = { throttle: context.throttles.passkey, key, user: owner };
  const prove = async (): Promise<PasskeyProof> => {
    const isGood = answer && passkey && (await isProven(context, scope, answer, passkey));
    const user = isGood && (await findUser(context.db, passkey.userId));
    if (user) return (await recordedRefusal(context, user, 'passkey', client)) ?? { ok: true, user };
    await recordRefusedPasskey(context, scope, passkey, client);
    return { ok: false, problem: 'refused' };
  };
  return proveWithin(context, attempt, prove, (proof) => !proof.ok && proof.problem === 'refused');
}

async function isProven(
  context: AccountContext,
  scope: ChallengeScope,
  answer: Assertion,
  passkey: Passkey,
): Promise<boolean> {
  if (!(await takeChallenge(context, scope, answer.claims.challenge))) return false;
  if (scope.userId !== undefined && scope.userId !== passkey.userId) return false;
  // No page of ours is ever in a frame.
  if (answer.claims.crossOrigin) return false;
  const { userHandle } = answer.response;
  // Without a username the handle says who it is, so it must be there (7.2, step 6).
  if (scope.userId === undefined && !userHandle) return false;
  if (userHandle && userHandle !== passkey.userHandle) return false;

  const use = await verify(context, answer, passkey);
  if (!use) return false;
  return retryConflicts(() => savePasskeyUse(context.db, passkey, { ...use, lastUsedAt: context.clock() }));
}

async function verify(
  context: AccountContext,
  { claims, ...answer }: Assertion,
  passkey: Passkey,
): Promise<Pick<Passkey, 'counter' | 'backedUp'> | undefined> {
  const { userHandle, ...response } = answer.response;
  try {
    const { verifyAuthenticationResponse } = await loadWebauthn();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, response, clientExtensionResults: {} },
      ...expectationsOf(context, claims.challenge),
      credential: {
        id: passkey.credentialId,
        publicKey: bytesOf(passkey.publicKey),
        counter: passkey.counter,
      },
    });
    if (!verified) return undefined;
    return { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp };
  } catch {
    // The library refuses by throwing, and what is no signature at all makes it stumble: one and the same here.
    return undefined;
  }
}

/** Writes a refusal down with whoever's account was tried; an unknown passkey is nobody's. */
async function recordRefusedPasskey(
  context: AccountContext,
  scope: ChallengeScope,
  passkey: Passkey | undefined,
  client: ClientInfo,
): Promise<void> {
  const triedId = scope.userId ?? passkey?.userId;
  const user = triedId === undefined ? undefined : await findUser(context.db, triedId);
  if (!user || (await context.throttles.failureRows.take(client.network)) > 0) return;
  const byMember = scope.purpose === 'recent-login';
  await recordFailedLogin(context, user, { factor: 'passkey', reason: REASON, byMember, client });
}
