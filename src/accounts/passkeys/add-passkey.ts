import { randomBytes } from 'node:crypto';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { inTransaction } from '../../database/transaction.ts';
import { formatDevice } from '../../shared/format/devices.ts';
import { encryptShown, type SubmittedForm, submitOnce } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { lockForChange, revokeOtherAccess } from '../credentials/other-access.ts';
import { countPasskeys, insertPasskey, listPasskeys, type Passkey } from '../credentials/passkeys.table.ts';
import { turnOn } from '../credentials/second-factors.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { User } from '../users.table.ts';
import { AUTHENTICATOR_NAMES } from './authenticator-names.ts';
import { CHALLENGE_LIFETIME, makeChallenge, takeChallenge } from './challenges.ts';
import { LONGEST_NAME } from './passkeys.ts';
import { relyingPartyOf } from './relying-party.ts';
import { bytesOf, loadWebauthn } from './webauthn.ts';
import { type Attestation, readAttestation } from './webauthn-responses.ts';

/** How many passkeys one person may have. */
export const MOST_PASSKEYS = 20;

/** WebAuthn Level 3, 14.6.1: 64 random bytes, which say nothing of the person. */
const USER_HANDLE_BYTES = 64;

/**
 * What every supported Node verifies (EdDSA, ES256, RS256 by their IANA COSE numbers); newer ones would offer more, and
 * an older one then not know the key.
 */
const ALGORITHMS = [-8, -7, -257];

/** WebAuthn Level 3, 5.8.4: what else a browser says of a transport is not kept. */
const TRANSPORTS = new Set(['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);

/** A member at a device. @property sessionHash the SHA-256 of the session's id */
interface Asking {
  user: User;
  sessionHash: string;
}

/**
 * Begins to add a passkey: gives what the browser passes to `navigator.credentials.create`. It must be one that is
 * found without a username and asks for finger, face or PIN.
 */
export async function startAdding(
  context: AccountContext,
  { user, sessionHash }: Asking,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { rpID, rpName } = relyingPartyOf(context);
  const own = await listPasskeys(context.db, user.id);
  const userHandle = own[0]?.userHandle ?? randomBytes(USER_HANDLE_BYTES).toString('base64url');
  const scope = { purpose: 'registration', sessionHash, userId: user.id } as const;
  const challenge = await makeChallenge(context, scope, userHandle);
  const { generateRegistrationOptions } = await loadWebauthn();
  return generateRegistrationOptions({
    rpID,
    rpName,
    userID: bytesOf(userHandle),
    userName: user.username,
    userDisplayName: user.username,
    challenge: bytesOf(challenge),
    timeout: CHALLENGE_LIFETIME,
    attestationType: 'none',
    excludeCredentials: own.map(({ credentialId: id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

export type Adding =
  /** @property hasCodes whether two-factor was off until now: recovery codes wait in `encrypted` for `takeShown` */
  | { ok: true; name: string; hasCodes: boolean; encrypted?: string | undefined }
  /** Not what was asked for, or asked too long ago; known already; too many. */
  | { ok: false; problem: 'refused' | 'known' | 'full' };

/**
 * Adds the passkey that a browser made (WebAuthn Level 3, 7.1) and ends the member's other sessions and the trust
 * in browsers (OWASP ASVS 5.0, 7.4.3). The first second factor turns two-factor on.
 *
 * @param field the browser's answer, as JSON
 */
export async function addPasskey(
  context: AccountContext,
  { user, sessionHash, form }: Asking & { form: SubmittedForm },
  field: unknown,
  client: ClientInfo,
): Promise<Adding> {
  const answer = readAttestation(field);
  if (!answer) return { ok: false, problem: 'refused' };
  const scope = { purpose: 'registration', sessionHash, userId: user.id } as const;
  const taken = await takeChallenge(context, scope, answer.claims.challenge);
  const made = taken && (await verify(context, answer));
  if (!taken?.userHandle || !made) return { ok: false, problem: 'refused' };
  const { userHandle } = taken;
  const name = AUTHENTICATOR_NAMES[made.aaguid] ?? formatDevice(client.userAgent).slice(0, LONGEST_NAME);

  return inTransaction(context.db, async (trx) => {
    const locked = await lockForChange(trx, user.id, sessionHash);
    if (!locked) return { ok: false, problem: 'refused' };
    // Its challenge makes it count once; the form is known for the codes that it leaves to be shown.
    return submitOnce(trx, context.clock(), form, async (): Promise<Adding> => {
      if ((await countPasskeys(trx, user.id)) >= MOST_PASSKEYS) return { ok: false, problem: 'full' };
      const passkey = { ...made.passkey, userId: user.id, userHandle, name, createdAt: context.clock() };
      const passkeyId = await insertPasskey(trx, passkey);
      if (passkeyId === undefined) return { ok: false, problem: 'known' };
      await revokeOtherAccess(trx, user.id, sessionHash);
      const codes = await turnOn(trx, context, locked);
      await recordAccountEvent(trx, context, {
        action: 'passkey.added',
        user: locked,
        client,
        details: { name },
        undo: { passkeyId },
      });
      const encrypted = codes && encryptShown(context.encryptor, form, codes);
      return { ok: true, name, hasCodes: codes !== undefined, encrypted };
    });
  });
}

type MadePasskey = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'backedUp'>;

async function verify(
  context: AccountContext,
  { claims, ...answer }: Attestation,
): Promise<{ passkey: MadePasskey; aaguid: string } | undefined> {
  const { rpID, origin } = relyingPartyOf(context);
  try {
    // No page of ours is ever in a frame.
    if (claims.crossOrigin || !(await isUnattested(answer))) return undefined;
    const { verifyRegistrationResponse } = await loadWebauthn();
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...answer, clientExtensionResults: {} },
      expectedChallenge: claims.challenge,
      expectedOrigin: origin,
      expectedRPID: rpID,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return undefined;
    const { credential, credentialBackedUp: backedUp, aaguid } = registrationInfo;
    const passkey = {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: answer.response.transports.filter((transport) => TRANSPORTS.has(transport)),
      backedUp,
    };
    return { passkey, aaguid };
  } catch {
    // The library refuses by throwing, and what is no passkey at all makes it stumble: one and the same here.
    return undefined;
  }
}

/**
 * Whether an answer keeps to what was asked for: no attestation, or one that the passkey signed itself. One with
 * certificates would have the library fetch revocation lists from whatever addresses stand in them.
 */
async function isUnattested({ response }: Pick<Attestation, 'response'>): Promise<boolean> {
  const { decodeAttestationObject } = await loadWebauthn();
  const object = decodeAttestationObject(bytesOf(response.attestationObject));
  const format = object.get('fmt');
  return format === 'none' || (format === 'packed' && object.get('attStmt').get('x5c') === undefined);
}
