import { Secret, TOTP } from 'otpauth';
import { expect, type Page } from 'playwright/test';
import { STEP } from '../../src/accounts/credentials/totp.ts';
import { paths } from '../../src/paths.ts';
import { codesOn, keyOn } from '../../src/testing/authenticator.ts';
import { sendUnseen } from './unseen.ts';

/** An authenticator app, as on somebody's phone. */
export class AuthenticatorApp {
  readonly #totp: TOTP;
  #lastStep = 0;

  /** @param key as the store shows it, in base32 */
  constructor(key: string) {
    this.#totp = new TOTP({ secret: Secret.fromBase32(key) });
  }

  /**
   * Gives a code that was not used: no code counts twice. The second one within half a minute is the next, which
   * counts already, as from a phone whose clock is a little fast; a third would not.
   */
  code(): string {
    const present = Math.floor(Date.now() / STEP);
    this.#lastStep = Math.max(present, this.#lastStep + 1);
    expect(this.#lastStep, 'a code that counts already').toBeLessThanOrEqual(present + 1);
    return this.#totp.generate({ timestamp: this.#lastStep * STEP });
  }
}

/** Sets an app up for the member who has logged in on a page a moment ago, without showing it. */
export async function setUpApp(page: Page): Promise<{ app: AuthenticatorApp; codes: string[] }> {
  const app = new AuthenticatorApp(keyOn(await (await page.request.get(paths.authenticatorApp())).text()));
  const answer = await sendUnseen(page, paths.authenticatorApp(), { code: app.code() });
  const codes = codesOn(await answer.text());
  expect(codes, 'recovery codes').toHaveLength(10);
  return { app, codes };
}
