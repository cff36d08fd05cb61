import { TEXTS as RECENT_LOGIN_PAGE_TEXTS } from '../../src/accounts/login/recent-login.page.ts';
import { TEXTS as RESUME_FORM_TEXTS } from '../../src/accounts/login/resume-form.page.ts';
import { TEXTS as PROFILE_PAGE_TEXTS } from '../../src/accounts/profile/profile.page.ts';
import { paths } from '../../src/paths.ts';
import { MINUTE } from '../../src/shared/clock.ts';
import { expectMessage, field, fill, LOG_IN_FIRST, send, sendLogin } from '../support/door.ts';
import { expect, type Page, test } from '../support/test.ts';

const CHANGE = 'Change the username';

/** Opens the profile of a member and types another name. */
async function typeNewName(page: Page, name: string): Promise<void> {
  await page.goto(paths.profile());
  await fill(page, { Username: name });
}

test('a change long after the login asks who it is first, and gives back what was typed', {
  tag: '@no-script',
}, async ({ page, members, logIn }) => {
  const { password } = await members.get('rita');
  await logIn(page, 'rita');
  await typeNewName(page, 'rita.b');
  await members.changeSessions('rita', { authenticatedAt: Date.now() - 6 * MINUTE });
  await send(page, CHANGE);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(RECENT_LOGIN_PAGE_TEXTS.title);

  await fill(page, { Password: password });
  await send(page, 'Go on');
  await expect(page).toHaveURL(paths.profile());
  await expect(field(page, 'Username')).toHaveValue('rita.b');
  await send(page, CHANGE);
  await expectMessage(page, 'status', `Success: ${PROFILE_PAGE_TEXTS.renamed('rita.b')}`);
});

test('a form that is sent after its session ended is not lost: after login it is shown and sent', {
  tag: '@no-script',
}, async ({ page, members, logIn }) => {
  const ivan = await members.get('ivan');
  await logIn(page, 'ivan');
  await typeNewName(page, 'ivan.b');
  await members.endSessions('ivan');
  await send(page, CHANGE);
  await expect(page).toHaveURL(paths.login());
  await expect(page.getByText(LOG_IN_FIRST)).toBeVisible();

  await sendLogin(page, ivan);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(RESUME_FORM_TEXTS.title);
  await expect(page.getByRole('term')).toHaveText(['Username']);
  await expect(page.getByRole('definition')).toHaveText(['ivan.b']);
  await send(page, 'Send it now');
  await expect(page.getByText(PROFILE_PAGE_TEXTS.renamed('ivan.b'))).toBeVisible();
});
