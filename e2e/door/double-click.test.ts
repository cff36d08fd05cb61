import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { paths } from '../../src/paths.ts';
import { button, credentials, expectMessage, expectStoreOf, fill, newAccount } from '../support/door.ts';
import { expect, type Page, type Request, test } from '../support/test.ts';

const REGISTERED = `Success: ${DOOR_TEXTS.registered}`;

/**
 * Presses a button again while the answer to the first time is on its way: the store has done what was asked,
 * and the browser drops that answer, cookies and all, and sends the form once more.
 */
async function pressAgainWhileWaiting(page: Page, name: string): Promise<void> {
  const place = await button(page, name).boundingBox();
  if (!place) throw new Error(`There is no button ${name}.`);
  // The mouse itself: a locator's click would wait for the first answer, which never comes.
  const press = () => page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);

  let sent = false;
  const firstDone = new Promise<void>((done) => {
    void page.route('**', async (route, request) => {
      if (sent) return route.continue();
      sent = true;
      await sendByItself(page, request);
      done();
    });
  });
  await press();
  await firstDone;
  await press();
}

/** Sends what a browser was about to send, so that the store does it and the browser hears nothing of it. */
async function sendByItself(page: Page, request: Request): Promise<void> {
  const cookies = await page.context().cookies();
  await fetch(request.url(), {
    method: request.method(),
    body: request.postData(),
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    },
  });
}

test.describe('a double click has one outcome:', { tag: '@journey' }, () => {
  test('one registration', async ({ page, newcomer }) => {
    await page.goto(paths.register());
    await fill(page, newAccount(newcomer));
    await button(page, 'Register').dblclick();
    await expect(page).toHaveURL(paths.login());
    await expectMessage(page, 'status', REGISTERED);
  });

  test('one login', async ({ page, members }) => {
    await page.goto(paths.login());
    await fill(page, credentials(await members.get('alice')));
    await button(page, 'Log in').dblclick();
    await expectStoreOf(page, 'alice');
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.welcome('alice')}`);
  });
});

test.describe('a form that is sent again while the first answer is on its way has one outcome:', () => {
  test('one registration', async ({ page, newcomer }) => {
    await page.goto(paths.register());
    await fill(page, newAccount(newcomer));
    await pressAgainWhileWaiting(page, 'Register');
    await expect(page).toHaveURL(paths.login());
    await expectMessage(page, 'status', REGISTERED);
  });

  test('one login, though the first ended the session of the form', async ({ page, members }) => {
    await page.goto(paths.login());
    await fill(page, credentials(await members.get('alice')));
    await pressAgainWhileWaiting(page, 'Log in');
    await expectStoreOf(page, 'alice');
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.welcome('alice')}`);
  });
});
