import { paths } from '../../src/paths.ts';
import { freePort } from '../../src/testing/ports.ts';
import { addAuthenticator } from '../support/authenticator.ts';
import { expectStoreOf, openMenu, send, sendLogin, sendRegistration } from '../support/door.ts';
import { expect, test } from '../support/test.ts';

// As whoever tries it tells the browser that the warning is known.
test.use({ ignoreHTTPSErrors: true });

test('a store tried with https at localhost keeps Secure cookies and takes passkeys', async ({
  openStore,
  otherBrowser,
  newcomer,
  watch,
}) => {
  const httpPort = await freePort();
  const { url, setupUrl, output } = await openStore({ HTTP_PORT: String(httpPort) }, ['--https']);
  const page = await otherBrowser();
  const device = await addAuthenticator(page);

  await test.step('is reached by https, also from HTTP_PORT', async () => {
    expect(new URL(setupUrl).origin).toBe(url);
    expect(url).toMatch(/^https:\/\/localhost:\d+$/);
    expect(output()).toMatch(/self-signed and new.*\n([0-9A-F]{2}:){31}[0-9A-F]{2}\n/);
    const http = `http://localhost:${httpPort}`;
    watch.expectOrigin(http);
    await page.goto(http + paths.register());
    await expect(page).toHaveURL(url + paths.register());
  });

  await test.step('logs a member in with a cookie that goes over https alone', async () => {
    await sendRegistration(page, newcomer);
    await sendLogin(page, newcomer);
    await expectStoreOf(page, newcomer.name);
    const cookies = await page.context().cookies();
    const unsafe = cookies.filter(({ name, secure }) => !name.startsWith('__Host-') || !secure);
    expect([cookies.length > 0, unsafe]).toEqual([true, []]);
  });

  await test.step('takes a passkey, and lets its member in with that alone', async () => {
    await page.goto(url + paths.passkeys());
    await send(page, 'Add a passkey');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your recovery codes');
    await (await openMenu(page)).getByRole('button', { name: 'Log out' }).click();
    await expect(page).toHaveURL(url + paths.login());
    await send(page, 'Log in with a passkey');
    await expectStoreOf(page, newcomer.name);
    expect(await device.uses()).toHaveLength(1);
  });
});
