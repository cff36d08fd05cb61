import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

/** What speaks for a new passkey: itself, a maker with a certificate, or something that nobody knows. */
export type AttestationKind = 'self' | 'certified' | 'made-up';

/** The format and statement of an attestation (WebAuthn Level 3, 8.2 and 8.7). */
export function attestationOf(
  kind: AttestationKind | undefined,
  ownKey: KeyObject,
  signed: Buffer,
): [string, unknown][] {
  const statement = (key: KeyObject, ...more: [string, unknown][]) =>
    new Map<string, unknown>([['alg', -7], ['sig', new Uint8Array(sign('sha256', signed, key))], ...more]);
  switch (kind) {
    case undefined:
      return [
        ['fmt', 'none'],
        ['attStmt', new Map()],
      ];
    case 'self':
      return [
        ['fmt', 'packed'],
        ['attStmt', statement(ownKey)],
      ];
    case 'certified':
      return [
        ['fmt', 'packed'],
        [
          'attStmt',
          statement(MAKER.key, ['x5c', [new Uint8Array(Buffer.from(MAKER.certificate, 'base64url'))]]),
        ],
      ];
    case 'made-up':
      return [
        ['fmt', 'mine'],
        ['attStmt', new Map()],
      ];
  }
}

/** A maker of authenticators whose private key everybody knows: the number 1. Its certificate is its own. */
const MAKER = {
  key: createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: `${'A'.repeat(42)}E`,
      x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
      y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
    },
  }),
  certificate: [
    'MIIBvTCCAWKgAwIBAgIULuN3-f1slyktbpZAusfZS3QdplwwCgYIKoZIzj0EAwIwVDELMAkGA1UEBhMCSU4xEjAQBgNVBAoM',
    'CUdhdGVob3VzZTEiMCAGA1UECwwZQXV0aGVudGljYXRvciBBdHRlc3RhdGlvbjENMAsGA1UEAwwEVGVzdDAgFw0yNjExMjAx',
    'MzM0MDRaGA8yMTI2MTAyNzEzMzQwNFowVDELMAkGA1UEBhMCSU4xEjAQBgNVBAoMCUdhdGVob3VzZTEiMCAGA1UECwwZQXV0',
    'aGVudGljYXRvciBBdHRlc3RhdGlvbjENMAsGA1UEAwwEVGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGsX0fLhLEJH',
    '-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfWjEDAOMAwGA1UdEwEB_wQC',
    'MAAwCgYIKoZIzj0EAwIDSQAwRgIhANGQ0ZbStxu3PRKJkUca0gERWErIM4NpqW8oIqu9Mr8oAiEAlK8w_gDnzRqqqBR0Coza',
    '0peFgUCK0hyzBx094Id1mjY',
  ].join(''),
};
