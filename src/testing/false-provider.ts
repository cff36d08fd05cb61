import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';

/** How an answer of a false provider is wrong. */
export interface Lie {
  /** Put over the claims of the ID token. */
  claims?: JWTPayload;
  /** Signed with a key that the provider does not name, with none at all, or with the client's secret. */
  signed?: 'otherwise' | 'not' | 'by-secret';
  /** Instead of tokens. */
  instead?: 'status 500' | 'garbage' | 'no ID token';
  /** Its own page of who it is, instead of tokens. */
  discovery?: 'status 500' | 'garbage' | 'another issuer';
}

/** A provider written by hand, which says whatever a test wants: no real one can be made to lie. */
export interface FalseProvider {
  settings: Record<string, string>;
  /** The lie of the next answers; none makes it a good provider. */
  lie: Lie;
  /** What it sends the browser back with, to an address at which it was to ask somebody. */
  answerTo: (address: string) => URLSearchParams;
  stop: () => Promise<void>;
}

const SECRET = 'a secret that only the two of us know';

/**
 * @param prefix of its settings: `OIDC_2_`
 * @param claims what it says that its ID tokens can tell, besides what all do
 */
export async function startFalseProvider(
  prefix: string,
  name: string,
  claims: string[] = ['auth_time'],
): Promise<FalseProvider> {
  const [own, foreign] = [
    await generateKeyPair('RS256', { extractable: true }),
    await generateKeyPair('RS256'),
  ];
  const keys = [{ ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' }];
  /** The nonce that belongs to each code. */
  const nonces = new Map<string, string>();
  let lie: Lie = {};

  const server = createServer((req, res) => {
    respond(req, res).catch((error: Error) => res.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function respond(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const send = (status: number, body: unknown) =>
      res
        .writeHead(status, { 'content-type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    if (req.url === '/.well-known/openid-configuration') {
      if (lie.discovery === 'status 500') return void send(500, 'oops');
      if (lie.discovery === 'garbage') return void send(200, '<html>');
      return void send(200, {
        issuer: lie.discovery === 'another issuer' ? 'http://127.0.0.1:1' : issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
        authorization_response_iss_parameter_supported: true,
        claims_supported: ['sub', ...claims],
      });
    }
    if (req.url === '/keys') return void send(200, { keys });
    if (lie.instead === 'status 500') return void send(500, { error: 'server_error' });
    if (lie.instead === 'garbage') return void send(200, '{"access_token":');
    const body = new URLSearchParams(await textOf(req));
    const idToken = await sign(nonces.get(body.get('code') ?? ''));
    const tokens = { access_token: 'opaque', token_type: 'Bearer', expires_in: 60 };
    send(200, lie.instead === 'no ID token' ? tokens : { ...tokens, id_token: idToken });
  }

  function sign(nonce: string | undefined): Promise<string> | string {
    const now = Math.floor(Date.now() / 1_000);
    const standard = { iss: issuer, aud: 'gatehouse', sub: 'rob', iat: now, exp: now + 60, nonce };
    const told = { ...standard, email: 'rob@example.org', email_verified: true, ...lie.claims };
    if (lie.signed === 'not') return new UnsecuredJWT(told).encode();
    if (lie.signed === 'by-secret')
      return new SignJWT(told).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
    const { privateKey } = lie.signed === 'otherwise' ? foreign : own;
    return new SignJWT(told).setProtectedHeader({ alg: 'RS256', kid: 'own' }).sign(privateKey);
  }

  return {
    settings: {
      [`${prefix}ISSUER`]: issuer,
      [`${prefix}CLIENT_ID`]: 'gatehouse',
      [`${prefix}CLIENT_SECRET`]: SECRET,
      [`${prefix}NAME`]: name,
    },
    get lie() {
      return lie;
    },
    set lie(next) {
      lie = next;
    },
    answerTo(address) {
      const asked = new URL(address).searchParams;
      const code = `code-${nonces.size}`;
      nonces.set(code, asked.get('nonce') ?? '');
      return new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer });
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function textOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
