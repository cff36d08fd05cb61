import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import type { Logger } from 'pino';
import { SECOND } from '../../shared/clock.ts';
import type { AccountContext, Provider } from '../account-context.ts';

/** A provider, and as whom the store asks there. */
interface ProviderClient extends Provider {
  clientId: string;
  clientSecret: string;
}

export type Providers = ReturnType<typeof createProviders>;

/** What the pages work with that ask providers; the app's context has it all. */
export interface OpenidContext extends AccountContext {
  providers: Providers;
  logger: Pick<Logger, 'warn'>;
}

/** How long a provider has for each answer, in milliseconds: somebody looks at an empty page meanwhile. */
const TIMEOUT = 5 * SECOND;

/** @param timeout for each answer of a provider, in milliseconds */
export function createProviders(settings: readonly ProviderClient[], timeout = TIMEOUT) {
  const known = new Map<string, Promise<Configuration>>();
  const bySlug = new Map(settings.map((provider) => [provider.slug, provider]));
  return {
    find: (slug: string): Provider | undefined => bySlug.get(slug),

    /**
     * What the provider says of itself: asked for when it is first needed, and remembered. One that cannot be reached
     * is asked again the next time: it must not keep the store from starting, nor from going on.
     *
     * @throws when it cannot be reached, or says nothing that makes sense
     */
    async connect({ slug }: Provider): Promise<Configuration> {
      const provider = bySlug.get(slug);
      if (!provider) throw new Error(`There is no provider ${slug}.`);
      const connecting = known.get(slug) ?? discoverProvider(provider, timeout);
      known.set(slug, connecting);
      try {
        return await connecting;
      } catch (error) {
        known.delete(slug);
        throw error;
      }
    },
  };
}

/**
 * Asks a provider for its endpoints and keys (OpenID Connect Discovery 1.0). Its ID tokens count only with a good
 * signature, though they come from itself. Nothing is asked over http but of a provider on this machine.
 */
export function discoverProvider(
  { issuer, clientId, clientSecret }: ProviderClient,
  timeout = TIMEOUT,
): Promise<Configuration> {
  const server = new URL(issuer);
  return discovery(server, clientId, undefined, secretOf(clientSecret), {
    timeout: timeout / SECOND,
    execute: [enableNonRepudiationChecks, ...(server.protocol === 'http:' ? [allowInsecureRequests] : [])],
  });
}

/** Shows the secret in the way that the provider takes; where it names none, Basic (OpenID Connect Discovery, 3). */
function secretOf(clientSecret: string): ClientAuth {
  const post = ClientSecretPost(clientSecret);
  const basic = ClientSecretBasic(clientSecret);
  return (server, client, body, headers) => {
    const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post');
    return (takesPost ? post : basic)(server, client, body, headers);
  };
}
