import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Configuration, Provider } from 'oidc-provider';
import { type Answer, Visitor } from './visitor.ts';

/** Somebody with an account at the provider, and what it tells of them. */
export interface Claims {
  email?: string;
  email_verified?: boolean;
  name?: string;
  preferred_username?: string;
}

/** A real OpenID provider, on a port of its own. Whoever comes is logged in at once as the person it is set to. */
export interface OpenIdProvider {
  issuer: string;
  /** Everybody who has an account here, by subject. */
  people: Map<string, Claims>;
  /** Who is there next: a subject, or nobody, who says no. */
  person: string | undefined;
  /** The environment settings with which a store knows it. */
  settings: Record<string, string>;
  /** Is gone, until it is started again on the same port. */
  stop: () => Promise<void>;
  start: () => Promise<void>;
}

const CLIENT = { id: 'gatehouse', secret: 'a secret that only the two of us know' };

/** How long all that it gives out is good, in seconds. */
const TTL = 600;

let key: Promise<JWK> | undefined;

/** @param name what people call it */
export async function startOpenIdProvider(name = 'Example ID'): Promise<OpenIdProvider> {
  key ??= generateKeyPair('RS256', { extractable: true }).then(({ privateKey }) => exportJWK(privateKey));
  const jwk = { ...(await key), use: 'sig', alg: 'RS256', kid: 'test' };
  const people = new Map<string, Claims>();
  // Its port is part of who it is.
  let server = await listen(createServer(), 0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;

  const configuration: Configuration = {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: ['http://localhost/any'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['signs its cookies'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, ...people.get(sub) }) }),
    ttl: { AccessToken: TTL, Grant: TTL, IdToken: TTL, Interaction: TTL, Session: TTL },
    // Nobody is asked whether the store may know their address.
    async loadExistingGrant({ oidc }) {
      const clientId = oidc.client?.clientId ?? '';
      const accountId = oidc.session?.accountId ?? '';
      const grant = new provider.Grant({ clientId, accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  };
  const provider = await makeQuietly(issuer, configuration);
  // Each store has a port of its own.
  provider.Client.prototype.redirectUriAllowed = () => true;
  const answer = provider.callback();

  const it: OpenIdProvider = {
    issuer,
    people,
    person: undefined,
    settings: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_NAME: name,
    },
    stop: () => close(server),
    async start() {
      server = await listen(serverOf(), port);
    },
  };

  function serverOf(): Server {
    return createServer((req, res) => {
      if (!req.url?.startsWith('/interaction/')) return answer(req, res);
      const decision = it.person
        ? { login: { accountId: it.person } }
        : { error: 'access_denied', error_description: 'no, thank you' };
      provider
        .interactionFinished(req, res, decision)
        .catch((error: Error) => res.writeHead(500).end(error.message));
    });
  }

  await close(server);
  await it.start();
  return it;
}

/** Makes a provider, which says at each start that it is not one for production: here it is not meant to be. */
async function makeQuietly(issuer: string, configuration: Configuration): Promise<Provider> {
  const { warn } = globalThis.console;
  Object.assign(globalThis.console, { warn: () => undefined });
  try {
    const library = await import('oidc-provider');
    return new library.Provider(issuer, configuration);
  } finally {
    Object.assign(globalThis.console, { warn });
  }
}

function listen(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Goes to a provider, and on to wherever it leads. @returns where it sends the browser back to, as a path of the store */
export async function passThrough(address: string): Promise<string> {
  const { origin } = new URL(address);
  const browser = new Visitor(origin);
  let next = new URL(address);
  while (next.origin === origin) {
    const answer = await browser.get(next.pathname + next.search);
    if (!answer.location) throw new Error(`The provider answered ${answer.status}: ${answer.text}`);
    next = new URL(answer.location, origin);
  }
  return next.pathname + next.search;
}

/** Follows a link of the store to a provider and comes back with its answer. @returns what the store says to it */
export async function logInAt(visitor: Visitor, link: string): Promise<Answer> {
  const away = await visitor.get(link);
  return visitor.get(await passThrough(away.location));
}
