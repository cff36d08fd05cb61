/** An OpenID provider at which members can log in, and as whom the store asks there. */
export interface ProviderSettings {
  /** In addresses: `google`. */
  slug: string;
  /** For people: `Google`. */
  name: string;
  /** Who it is (OpenID Connect Discovery 1.0, 3), as a normal URL. */
  issuer: string;
  clientId: string;
  clientSecret: string;
}

/** The settings of one provider; further ones have a number: `OIDC_2_ISSUER`. */
const PARTS = ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'NAME'] as const;

/** What stands between OIDC_ and the part: the first provider has no number. */
const NUMBERS = ['', '2_', '3_', '4_', '5_', '6_', '7_', '8_', '9_'];

/** In characters, on a button. */
const LONGEST_NAME = 40;

/**
 * Reads the OpenID providers by which one can log in: `OIDC_ISSUER`, `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET` and
 * `OIDC_NAME`, and further ones with `OIDC_2_…` to `OIDC_9_…`.
 *
 * @param production whether only https will do for an issuer; elsewhere one on this machine may speak http
 * @returns the providers, or what is wrong, one sentence each
 */
export function readProviders(
  environment: NodeJS.Dict<string>,
  production: boolean,
): { providers: ProviderSettings[]; problems: string[] } {
  const read = NUMBERS.map((number) => readProvider(environment, `OIDC_${number}`, production));
  const providers = read.flatMap((one) => one.provider ?? []);
  const problems = read.flatMap((one) => one.problems);
  for (const name of Object.keys(environment)) {
    const [, number] = /^OIDC_(\d+_)(?:ISSUER|CLIENT_ID|CLIENT_SECRET|NAME)$/.exec(name) ?? [];
    if (number && !NUMBERS.includes(number))
      problems.push(`${name} is no setting: the first provider has no number, further ones have 2 to 9.`);
  }
  if (new Set(providers.map(({ slug }) => slug)).size < providers.length)
    problems.push('OIDC_NAME, OIDC_2_NAME and so on must be different names.');
  if (new Set(providers.map(({ issuer }) => issuer)).size < providers.length)
    problems.push('OIDC_ISSUER, OIDC_2_ISSUER and so on must be different providers.');
  return { providers, problems };
}

function readProvider(
  environment: NodeJS.Dict<string>,
  prefix: string,
  production: boolean,
): { provider?: ProviderSettings; problems: string[] } {
  const [issuer = '', clientId = '', clientSecret = '', name = ''] = PARTS.map((part) =>
    (environment[prefix + part] ?? '').trim(),
  );
  const missing = PARTS.filter((part) => !environment[prefix + part]?.trim()).map((part) => prefix + part);
  if (missing.length === PARTS.length) return { problems: [] };
  const slug = slugOf(name);
  const problems = [
    missing.length > 0 && `${missing.join(' and ')} must be set as well, or none of ${prefix}….`,
    issuer !== '' &&
      !isIssuer(issuer, production) &&
      `${prefix}ISSUER must be a URL that starts with https://, as the provider gives it, without /.well-known.`,
    name !== '' &&
      (slug === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) &&
      `${prefix}NAME must be one line of at most ${LONGEST_NAME} characters, some of them letters or digits.`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) return { problems };
  return { provider: { slug, name, issuer: new URL(issuer).href, clientId, clientSecret }, problems: [] };
}

/** The name as it stands in an address: `Google` is `google`, `Büro 2` is `buro-2`. */
function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** What a provider says there decides who somebody is, so nobody may be able to answer in its place. */
function isIssuer(text: string, production: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username } = new URL(text);
  const local = /^(localhost|127\.0\.0\.1)$/.test(hostname) && !production;
  if (protocol !== 'https:' && !(protocol === 'http:' && local)) return false;
  return search === '' && hash === '' && username === '' && !pathname.includes('/.well-known');
}
