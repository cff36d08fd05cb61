import { paths } from '../paths.ts';
import type { TestApp } from './app.ts';
import { showsCodes } from './authenticator.ts';
import { type Lies, PasskeyDevice } from './passkey-device.ts';
import type { Answer, Visitor } from './visitor.ts';

const JSON_PLEASE = { accept: 'application/json' };

/** A device of somebody who visits this store. */
export function deviceFor(app: TestApp): PasskeyDevice {
  return new PasskeyDevice(app.context.config.publicUrl.origin);
}

/** Asks the store for what a new passkey has to sign, and has it made: the value of the form's field. */
export async function makeCredential(visitor: Visitor, device: PasskeyDevice, lies?: Lies): Promise<string> {
  const options = await visitor.post(paths.newPasskeyChallenge(), {}, JSON_PLEASE);
  return JSON.stringify(device.create(JSON.parse(options.text), lies));
}

/** Adds a passkey as the page's script does, and looks at the recovery codes that come with the first. */
export async function addPasskey(visitor: Visitor, device: PasskeyDevice, lies?: Lies): Promise<Answer> {
  await visitor.get(paths.passkeys());
  const answer = await visitor.post(paths.passkeys(), {
    credential: await makeCredential(visitor, device, lies),
  });
  return showsCodes(answer) ? visitor.follow(answer) : answer;
}

/** Asks the store what a passkey has to sign, for the login unless said otherwise, and has it signed. */
export async function useCredential(
  visitor: Visitor,
  device: PasskeyDevice,
  purpose = 'login',
  lies?: Lies,
): Promise<string> {
  const options = await visitor.post(paths.passkeyChallenge(), { purpose }, JSON_PLEASE);
  return JSON.stringify(device.get(JSON.parse(options.text), lies));
}

/** Logs in with a passkey as the page's script does. */
export async function logInWithPasskey(
  visitor: Visitor,
  device: PasskeyDevice,
  lies?: Lies,
): Promise<Answer> {
  await visitor.get(paths.login());
  const credential = await useCredential(visitor, device, 'login', lies);
  return visitor.post(paths.passkeyLogin(), { purpose: 'login', credential });
}
