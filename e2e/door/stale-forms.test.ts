import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { TEXTS as PROFILE_PAGE_TEXTS } from '../../src/accounts/profile/profile.page.ts';
import { paths } from '../../src/paths.ts';
import { STALE_FORM } from '../../src/web/errors.ts';
import { expectMessage, expectStoreOf, fill, newAccount, send, sendLogin } from '../support/door.ts';
import { expectTypedKept } from '../support/refusals.ts';
import { expect, type Page, test } from '../support/test.ts';

/** Sees the page that says that a form came too late, and goes back to the form. */
async function goBackToForm(page: Page, status: number): Promise<void> {
  expect(status).toBe(403);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(STALE_FORM.title);
  await expect(page.getByRole('main')).toContainText(PROFILE_PAGE_TEXTS.unchanged);
  await expect(page.getByRole('main')).toContainText(/Reference: [\w-]{8,}/);
  await page.getByRole('link', { name: 'Back to the form' }).click();
}

test.describe('a form that comes too late says so and loses nothing but passwords:', () => {
  test('to register, when the session is over', { tag: '@no-script' }, async ({ page, newcomer, watch }) => {
    watch.expectStatus(403);
    await page.goto(paths.register());
    await fill(page, newAccount(newcomer));
    await page.context().clearCookies();
    await goBackToForm(page, (await send(page, 'Register')).status());

    await expectTypedKept(page, newAccount(newcomer));
    const { Password, 'Password, once more': again } = newAccount(newcomer);
    await fill(page, { Password, 'Password, once more': again });
    await send(page, 'Register');
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.registered}`);
  });

  test('to register, when its sender logged in in another tab', async ({
    page,
    members,
    newcomer,
    watch,
  }) => {
    watch.expectStatus(403);
    await page.goto(paths.register());
    await fill(page, newAccount(newcomer));
    const other = await page.context().newPage();
    await other.goto(paths.login());
    await sendLogin(other, await members.get('alice'));

    // The way back of somebody who is logged in ends in the store: a member has nothing to register.
    await goBackToForm(page, (await send(page, 'Register')).status());
    await expectStoreOf(page, 'alice');
  });
});

test.describe('a login form that comes too late is taken, because the browser says whose page sent it:', () => {
  test('when the session is over', { tag: '@no-script' }, async ({ page, members }) => {
    const alice = await members.get('alice');
    await page.goto(paths.login());
    await page.context().clearCookies();
    await sendLogin(page, alice);
    await expectStoreOf(page, 'alice');
  });

  test('when its sender logged in in another tab', async ({ page, members }) => {
    const alice = await members.get('alice');
    await page.goto(paths.login());
    const other = await page.context().newPage();
    await other.goto(paths.login());
    await sendLogin(other, alice);

    await sendLogin(page, alice);
    await expectStoreOf(page, 'alice');
  });
});
