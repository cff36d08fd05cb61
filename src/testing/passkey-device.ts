import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { type AttestationKind, attestationOf } from './attestation.ts';

/** A passkey with its private half, as the device keeps it. */
interface KeptPasskey {
  id: string;
  privateKey: KeyObject;
  userHandle: string;
  counter: number;
}

/** What an answer can say otherwise than an honest browser and device would. */
export interface Lies {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  userVerified?: boolean;
  counter?: number;
  /** Undefined leaves it out. */
  userHandle?: string | undefined;
  /** The credential id that it names; the signature stays that of the key. */
  id?: string;
  signature?: string;
  aaguid?: string;
  backedUp?: boolean;
  /** By default nothing speaks for a new passkey. */
  attestation?: AttestationKind;
}

const FLAG = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 };

/**
 * A browser and its device in software: makes and uses passkeys (ES256) as WebAuthn Level 3 says, and can lie. Its
 * passkeys count their uses, as those of security keys do.
 */
export class PasskeyDevice {
  readonly passkeys: KeptPasskey[] = [];
  readonly #origin: string;

  /** @param origin of the page that it believes to be on */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** What `navigator.credentials.create` gives. */
  create(options: PublicKeyCredentialCreationOptionsJSON, lies: Lies = {}): RegistrationResponseJSON {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32).toString('base64url');
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    // RFC 9053, 7.1.1: kty EC2, alg ES256, crv P-256.
    const coseKey = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ]);
    const attested = Buffer.concat([
      Buffer.from((lies.aaguid ?? '0'.repeat(32)).replaceAll('-', ''), 'hex'),
      Buffer.from([0, 32]),
      bytes(id),
      isoCBOR.encode(coseKey),
    ]);
    const authData = this.#authData(options.rp.id ?? '', lies, attested);
    const clientData = this.#clientData('webauthn.create', options.challenge, lies);
    const object = new Map<string, unknown>([
      ...attestationOf(lies.attestation, privateKey, signedBytes(authData, clientData)),
      ['authData', new Uint8Array(authData)],
    ]);
    this.passkeys.push({ id, privateKey, userHandle: options.user.id, counter: 0 });
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(object as never)).toString('base64url'),
        transports: ['internal', 'made-up'],
      },
    };
  }

  /** What `navigator.credentials.get` gives, with the newest passkey that the store lets answer. */
  get(options: PublicKeyCredentialRequestOptionsJSON, lies: Lies = {}): AuthenticationResponseJSON {
    const allowed = options.allowCredentials?.map(({ id }) => id) ?? [];
    const passkey = this.passkeys.findLast(({ id }) => allowed.length === 0 || allowed.includes(id));
    if (!passkey) throw new Error('None of these passkeys is on this device.');
    passkey.counter += 1;
    const authData = this.#authData(options.rpId ?? '', { counter: passkey.counter, ...lies });
    const clientData = this.#clientData('webauthn.get', options.challenge, lies);
    const signed = signedBytes(authData, clientData);
    const id = lies.id ?? passkey.id;
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: lies.signature ?? sign('sha256', signed, passkey.privateKey).toString('base64url'),
        userHandle: 'userHandle' in lies ? lies.userHandle : passkey.userHandle,
      } as AuthenticationResponseJSON['response'],
    };
  }

  #clientData(type: string, challenge: string, lies: Lies): Buffer {
    const { origin = this.#origin, crossOrigin = false } = lies;
    return Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin,
        crossOrigin,
      }),
    );
  }

  /** WebAuthn Level 3, 6.1: whose site, what the person did, how often, and of a new passkey the public half. */
  #authData(rpId: string, lies: Lies, attested?: Buffer): Buffer {
    const { userVerified = true, backedUp = false, counter = 0 } = lies;
    const flags =
      FLAG.present |
      (userVerified ? FLAG.verified : 0) |
      (backedUp ? FLAG.backupEligible | FLAG.backedUp : 0) |
      (attested ? FLAG.attested : 0);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags, 0);
    head.writeUInt32BE(counter, 1);
    const site = createHash('sha256')
      .update(lies.rpId ?? rpId)
      .digest();
    return Buffer.concat([site, head, attested ?? Buffer.alloc(0)]);
  }
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64url, 'base64url'));
}

/** What a passkey and who speaks for it sign (WebAuthn Level 3, 6.5). */
function signedBytes(authData: Buffer, clientData: Buffer): Buffer {
  return Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
}
