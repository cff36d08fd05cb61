import { Secret, TOTP } from 'otpauth';
import { STEP } from '../accounts/credentials/totp.ts';
import { paths } from '../paths.ts';
import type { TestApp } from './app.ts';
import { type Answer, textOf, type Visitor } from './visitor.ts';

/** The key that the set-up page shows to be typed. */
export function keyOn(page: string): string {
  const [, shown = ''] = /<code class="key">(.*?)<\/code>/.exec(page) ?? [];
  return shown.replaceAll(' ', '');
}

/** The recovery codes that a page shows. */
export function codesOn(page: string): string[] {
  const [, list = ''] = /<section class="code-sheet".*?<ol>(.*?)<\/ol>/s.exec(page) ?? [];
  return [...list.matchAll(/<li>(.*?)<\/li>/gs)].map(([, code]) => textOf(code ?? ''));
}

/** The code that an app with this key shows, so many time steps before or after the store's present time. */
export function appCode(app: TestApp, key: string, step = 0): string {
  const timestamp = app.context.clock() + step * STEP;
  return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp });
}

/** Whether an answer leads to the page that shows new recovery codes once. */
export const showsCodes = ({ location }: Answer): boolean => location.startsWith(`${paths.recoveryCodes()}/`);

/** Sets an app up as a member would; a login must be recent. */
export async function setUpApp(
  app: TestApp,
  member: Visitor,
): Promise<{ key: string; codes: string[]; answer: Answer }> {
  const key = keyOn((await member.get(paths.authenticatorApp())).text);
  const sent = await member.post(paths.authenticatorApp(), { code: appCode(app, key) });
  const answer = showsCodes(sent) ? await member.follow(sent) : sent;
  // That code is used up now; the next one counts.
  app.passTime(STEP);
  return { key, codes: codesOn(answer.text), answer };
}
