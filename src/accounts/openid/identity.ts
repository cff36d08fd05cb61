import { z } from 'zod';
import type { Provider } from '../account-context.ts';
import { normalIssuer, type ProvenIdentity } from '../credentials/identities.ts';
import { emailField } from '../emails.ts';
import type { Factor } from '../login/known-devices.ts';

const LONGEST = { issuer: 500, subject: 255, label: 254 };

const text = z.string().trim().min(1).max(LONGEST.label).optional().catch(undefined);

/** What a provider may tell of a person (OpenID Connect Core 1.0, 5.1); what is of another type is not told. */
const profile = z.object({
  email: z.string().pipe(emailField).optional().catch(undefined),
  // "true" in quotes, as some send it, could as well be anybody's claim.
  email_verified: z.literal(true).optional().catch(undefined),
  preferred_username: text,
  name: text,
});

/**
 * Reads whom an answer is about.
 *
 * @param claims of an ID token that was checked, and of the provider's page about the person
 * @returns undefined when the answer is not this provider's own (one of many tenants, each with an issuer of its own),
 *   or its subject is none: empty, too long (OpenID Connect Core 1.0, 2), or not of readable characters
 */
export function identityOf(
  provider: Provider,
  claims: { iss: string; sub: string } & Record<string, unknown>,
): ProvenIdentity | undefined {
  const { iss: issuer, sub: subject } = claims;
  if (normalIssuer(issuer) !== provider.issuer || issuer.length > LONGEST.issuer) return undefined;
  if (subject.trim() === '' || subject.length > LONGEST.subject || /\p{Cc}/u.test(subject)) return undefined;
  const { email, email_verified, preferred_username, name } = profile.parse(claims);
  const label = email ?? name ?? preferred_username ?? subject;
  return {
    provider: provider.name,
    issuer,
    subject,
    label: label.replaceAll(/\p{Cc}/gu, ' ').slice(0, LONGEST.label),
    ...(email === undefined ? {} : { email }),
    emailVerified: email !== undefined && email_verified === true,
    names: [preferred_username, name, email].filter((one) => one !== undefined),
  };
}

/** What somebody showed who comes from a provider. Whatever it asked for, it is one factor to us. */
export function factorOf({ provider }: Pick<ProvenIdentity, 'provider'>): Factor {
  return `an account at ${provider}`;
}
