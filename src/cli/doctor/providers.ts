import { discoverProvider } from '../../accounts/openid/providers.ts';
import type { Config } from '../../config/config.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';
import { paths } from '../../paths.ts';
import { reasonOf } from '../../shared/reason.ts';

const TEXTS = {
  none: 'OIDC_ISSUER is not set: members log in here alone.',
  answers: (name: string, callback: string) => `${name} answers; it must know the callback ${callback}`,
  fails: (name: string, reason: string) => `${name} does not answer as a provider does (${reason}).`,
  advice: (issuer: string) =>
    `Check that ${issuer} is its issuer, letter by letter, and whether a firewall is in between. Until it answers its members log in otherwise.`,
};

export async function checkProviders(
  { providers, publicUrl }: Pick<Config, 'providers' | 'publicUrl'>,
  limit?: number,
): Promise<Finding[]> {
  const { ok, warning } = findingsOf('providers');
  if (providers.length === 0) return [ok(TEXTS.none)];
  return Promise.all(
    providers.map(async (provider) => {
      const { name, issuer, slug } = provider;
      try {
        await discoverProvider(provider, limit);
        return ok(TEXTS.answers(name, new URL(paths.providerCallback(slug), publicUrl).href));
      } catch (error) {
        const cause = (error as Error).cause;
        return warning(
          TEXTS.fails(name, reasonOf(cause instanceof Error ? cause : error)),
          TEXTS.advice(issuer),
        );
      }
    }),
  );
}
