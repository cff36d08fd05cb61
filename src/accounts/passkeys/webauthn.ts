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
