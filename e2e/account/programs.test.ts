import { TEXTS as API_CLIENTS_TEXTS } from '../../src/accounts/api-tokens/api-clients.page.ts';
import { TEXTS as PERSONAL_TOKENS_PAGE_TEXTS } from '../../src/accounts/api-tokens/personal-tokens.page.ts';
import { TEXTS as PERSONAL_TOKENS_TEXTS } from '../../src/accounts/api-tokens/personal-tokens.ts';
import { paths } from '../../src/paths.ts';
import { ApiClient } from '../../src/testing/api-client.ts';
import { expectMessage, field, fill, send } from '../support/door.ts';
import { expect, test } from '../support/test.ts';

test('a member logs out a program that is logged in', { tag: '@no-script' }, async ({
  page,
  store,
  members,
  logIn,
}) => {
  const { name, password } = await members.get('pat');
  const program = new ApiClient(store.url);
  await program.logIn(name, password);
  await logIn(page, name);
  await page.goto(paths.account());
  await page.getByRole('link', { name: 'See the programs' }).click();
  const loggedIn = page.getByRole('region', { name: 'Logged in' });
  await expect(loggedIn.getByRole('listitem')).toHaveText(
    /^\s*node\s+127\.0\.0\.1 · logged in .+ · last used just now/,
  );

  await loggedIn.getByRole('link', { name: 'Log out node, 127.0.0.1' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log out node?');
  await send(page, 'Log it out');
  await expectMessage(page, 'status', `Success: ${API_CLIENTS_TEXTS.end.done}`);
  await expect(loggedIn).toContainText('No program is logged in.');
  expect((await program.get('/me')).status).toBe(401);
});

test('a member makes a personal access token for a script, and removes it', { tag: '@journey' }, async ({
  page,
  store,
  members,
  logIn,
  watch,
}) => {
  const { name } = await members.get('pia');
  await logIn(page, name);
  await page.goto(paths.apiClients());
  await page.getByRole('link', { name: 'Make a token' }).click();

  await test.step('is told what is missing, and keeps what was typed', async () => {
    watch.expectStatus(422);
    await fill(page, { Name: 'nightly report' });
    await send(page, 'Make the token');
    await page.getByRole('link', { name: PERSONAL_TOKENS_TEXTS.scopes }).click();
    await expect(page.getByLabel('Read your name, address and role')).toBeFocused();
    await expect(
      page.getByRole('group', { name: PERSONAL_TOKENS_PAGE_TEXTS.scopes }),
    ).toHaveAccessibleDescription(`Error: ${PERSONAL_TOKENS_TEXTS.scopes}`);
    await expect(field(page, 'Name')).toHaveValue('nightly report');
  });

  const token = await test.step('sees it once', async () => {
    await page.getByLabel('Read your name, address and role').check();
    await field(page, 'Good for').selectOption('7 days');
    await send(page, 'Make the token');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(PERSONAL_TOKENS_PAGE_TEXTS.shown);
    return page.getByText(/^gatehouse_pat_/).innerText();
  });
  const script = new ApiClient(store.url, token);
  expect((await script.get('/me')).json).toMatchObject({ username: name });

  await page.getByRole('link', { name: 'I have copied it, go on' }).click();
  const tokens = page.getByRole('region', { name: 'Personal access tokens' });
  await expect(tokens).toContainText(
    /nightly report\s+Read your name, address and role\s+Ends in .{4} · created on .+ from 127\.0\.0\.1/,
  );
  await expect(page.getByRole('main')).not.toContainText(token);
  await tokens.getByRole('link', { name: 'Remove nightly report' }).click();
  await send(page, 'Remove the token');
  await expectMessage(page, 'status', `Success: ${PERSONAL_TOKENS_PAGE_TEXTS.removed('nightly report')}`);
  await expect(tokens).toContainText('You have none.');
  expect((await script.get('/me')).status).toBe(401);
});
