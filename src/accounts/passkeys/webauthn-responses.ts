import { z } from 'zod';

/**
 * What a browser sends after asking a passkey (WebAuthn Level 3, 5.1: RegistrationResponseJSON and
 * AuthenticationResponseJSON), as JSON in one field of a form. Here only its shape is checked.
 */

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
  crossOrigin: z.boolean().default(false),
});

interface Claims {
  /** What it says that it answers. */
  challenge: string;
  /** Whether another site's page asked, with ours in a frame. */
  crossOrigin: boolean;
}

const attestation = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(20)).max(20).catch([]),
  }),
});

const assertion = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
});

/** A new passkey, as yet believed of nobody. */
export type Attestation = z.output<typeof attestation> & { claims: Claims };

/** The use of a passkey, as yet believed of nobody. */
export type Assertion = z.output<typeof assertion> & { claims: Claims };

/** @returns undefined when the field holds anything else */
export function readAttestation(field: unknown): Attestation | undefined {
  return read(attestation, field);
}

/** @returns undefined when the field holds anything else */
export function readAssertion(field: unknown): Assertion | undefined {
  return read(assertion, field);
}

function read<Shape extends typeof attestation | typeof assertion>(
  shape: Shape,
  field: unknown,
): (z.output<Shape> & { claims: Claims }) | undefined {
  if (typeof field !== 'string' || field.length > LONGEST) return undefined;
  try {
    const credential = shape.parse(JSON.parse(field));
    const { clientDataJSON } = credential.response;
    const claims = clientData.parse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()));
    return { ...credential, claims } as z.output<Shape> & { claims: Claims };
  } catch {
    return undefined;
  }
}
