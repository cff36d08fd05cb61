import { randomBytes } from 'node:crypto';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { formatDevice } from '../../shared/format/devices.ts';
import { encryptShown, type SubmittedForm } from '../../web/submit-once.ts';
import type { AccountContext } from '../account-context.ts';
import { type CredentialChange, changeCredentials } from '../credentials/credential-change.ts';
import { countPasskeys, insertPasskey, listPasskeys, type Passkey } from '../credentials/passkeys.table.ts';
import { turnOn } from '../credentials/second-factors.ts';
import { LONGEST_NAME } from './passkeys.ts';
import {
  attestation,
  type BrowserAnswer,
  bytesOf,
  CHALLENGE_LIFETIME,
  expectationsOf,
  loadWebauthn,
  makeChallenge,
  readAnswer,
  relyingPartyOf,
  takeChallenge,
} from './webauthn.ts';

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

/**
 * What common authenticators are called, by their AAGUID. Only to give a new passkey a name that its member
 * recognises: nothing proves the id. From the list that passkey developers keep together
 * (github.com/passkeydeveloper/passkey-authenticator-aaguids).
 */
const AUTHENTICATOR_NAMES: Readonly<Record<string, string>> = {
  'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4': 'Google Password Manager',
  'fbfc3007-154e-4ecc-8c0b-6e020557d7bd': 'Apple Passwords',
  'dd4ec289-e01d-41c9-bb89-70fa845d4bf2': 'Apple Passwords (managed)',
  '08987058-cadc-4b81-b6e1-30de50dcbe96': 'Windows Hello',
  '9ddd1817-af5a-4672-a2b9-3e3dd95000a9': 'Windows Hello',
  '6028b017-b1d4-4c02-b4b3-afcdafc96bb2': 'Windows Hello',
  'd3452668-01fd-4c12-926c-83a4204853aa': 'Microsoft Password Manager',
  '53414d53-554e-4700-0000-000000000000': 'Samsung Pass',
  'bada5566-a7aa-401f-bd96-45619a55120d': '1Password',
  'd548826e-79b4-db40-a3d8-11116f7e8349': 'Bitwarden',
  '531126d6-e717-415c-9320-3d9aa6981239': 'Dashlane',
};

/**
 * Begins to add a passkey: gives what the browser passes to `navigator.credentials.create`. It must be one that is
 * found without a username and asks for finger, face or PIN.
 */
export async function startAdding(
  context: AccountContext,
  { user, sessionHash }: CredentialChange,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const own = await listPasskeys(context.db, user.id);
  const userHandle = own[0]?.userHandle ?? randomBytes(USER_HANDLE_BYTES).toString('base64url');
  const scope = { purpose: 'registration', sessionHash, userId: user.id } as const;
  const challenge = await makeChallenge(context, scope, userHandle);
  const { generateRegistrationOptions } = await loadWebauthn();
  return generateRegistrationOptions({
    ...relyingPartyOf(context),
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

type Addition =
  /** @property hasCodes whether two-factor was off until now: recovery codes wait in `encrypted` for `takeShown` */
  | { ok: true; name: string; hasCodes: boolean; encrypted?: string | undefined }
  /** Not what was asked for, or asked too long ago; known already; too many. */
  | { ok: false; problem: 'refused' | 'known' | 'full' };

/**
 * Adds the passkey that a browser made (WebAuthn Level 3, 7.1). The first second factor turns two-factor on.
 *
 * @param field the browser's answer, as JSON
 */
export async function addPasskey(
  context: AccountContext,
  by: CredentialChange & { form: SubmittedForm },
  field: unknown,
): Promise<Addition> {
  const { user, client, sessionHash, form } = by;
  const refused: Addition = { ok: false, problem: 'refused' };
  const answer = readAnswer(attestation, field);
  if (!answer) return refused;
  const scope = { purpose: 'registration', sessionHash, userId: user.id } as const;
  const taken = await takeChallenge(context, scope, answer.claims.challenge);
  const made = taken && (await verify(context, answer));
  if (!taken?.userHandle || !made) return refused;
  const { userHandle } = taken;
  const name = AUTHENTICATOR_NAMES[made.aaguid] ?? formatDevice(client.userAgent).slice(0, LONGEST_NAME);

  // Its challenge makes it count once; the form is known for the codes that it leaves to be shown.
  return changeCredentials<Addition>(context, by, refused, async (trx, locked, revokeAndRecord) => {
    if ((await countPasskeys(trx, user.id)) >= MOST_PASSKEYS) return { ok: false, problem: 'full' };
    const passkey = { ...made.passkey, userId: user.id, userHandle, name, createdAt: context.clock() };
    const passkeyId = await insertPasskey(trx, passkey);
    if (passkeyId === undefined) return { ok: false, problem: 'known' };
    const codes = await turnOn(trx, context, locked);
    await revokeAndRecord({ action: 'passkey.added', details: { name }, undo: { passkeyId } });
    const encrypted = codes && encryptShown(context.encryptor, form, codes);
    return { ok: true, name, hasCodes: codes !== undefined, encrypted };
  });
}

type MadePasskey = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'backedUp'>;

async function verify(
  context: AccountContext,
  { claims, ...answer }: BrowserAnswer<typeof attestation>,
): Promise<{ passkey: MadePasskey; aaguid: string } | undefined> {
  try {
    // No page of ours is ever in a frame.
    if (claims.crossOrigin || !(await isUnattested(answer))) return undefined;
    const { verifyRegistrationResponse } = await loadWebauthn();
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...answer, clientExtensionResults: {} },
      ...expectationsOf(context, claims.challenge),
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
async function isUnattested({
  response,
}: Pick<BrowserAnswer<typeof attestation>, 'response'>): Promise<boolean> {
  const { decodeAttestationObject } = await loadWebauthn();
  const object = decodeAttestationObject(bytesOf(response.attestationObject));
  const format = object.get('fmt');
  return format === 'none' || (format === 'packed' && object.get('attStmt').get('x5c') === undefined);
}
