import type { Page } from 'playwright/test';

/** A device that keeps passkeys, built into the browser of a page: its person always agrees and is recognised. */
export interface VirtualAuthenticator {
  /** How often each passkey on it was used. */
  uses: () => Promise<number[]>;
  /** Has its person turn away, or back again: then nobody is recognised. */
  recognise: (person: boolean) => Promise<void>;
}

/** Gives a page's browser a device as phones and laptops have it (Chrome DevTools Protocol, WebAuthn). */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    async uses() {
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
      return credentials.map(({ signCount }) => signCount);
    },
    async recognise(person) {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: person });
    },
  };
}
