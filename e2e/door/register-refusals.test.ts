import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
import { TEXTS as EMAILS_TEXTS } from '../../src/accounts/emails.ts';
import { TEXTS as NEW_ACCOUNT_TEXTS } from '../../src/accounts/new-account.ts';
import { TEXTS as PASSWORDS_TEXTS } from '../../src/accounts/passwords.ts';
import { TEXTS as USERNAMES_TEXTS } from '../../src/accounts/usernames.ts';
import { paths } from '../../src/paths.ts';
import { expectMessage, field, fill, newAccount, send, sendRegistration } from '../support/door.ts';
import type { Person } from '../support/members.ts';
import { expectFormBack, expectTypedKept } from '../support/refusals.ts';
import { expect, test } from '../support/test.ts';

/** Nobody has this name or address, and nobody gets it here. */
const eve: Person = { name: 'eve', email: 'lighthouse@example.org', password: 'Lantern-over-7-gates!' };

const NAME = 'Username';
const EMAIL = 'E-mail address';
const PASSWORD = 'Password';
const AGAIN = 'Password, once more';

/** What is refused, by what is wrong with it: what is typed and what is said, for each wrong field. */
const REFUSALS: Record<string, Record<string, [typed: string, said: string]>> = {
  'nothing is filled in': {
    [NAME]: ['', USERNAMES_TEXTS.missing],
    [EMAIL]: ['', EMAILS_TEXTS.missing],
    [PASSWORD]: ['', PASSWORDS_TEXTS.missing],
    [AGAIN]: ['', PASSWORDS_TEXTS.repeat],
  },
  'everything is too short': {
    [NAME]: ['al', 'Use 3 to 30 characters.'],
    [EMAIL]: ['alice', EMAILS_TEXTS.shape],
    [PASSWORD]: [
      'xylem',
      `Use at least 8 characters. ${PASSWORDS_TEXTS.upper} Add a digit. ${PASSWORDS_TEXTS.symbol} ` +
        'Or use a passphrase of 15 characters or more.',
    ],
    [AGAIN]: ['xyle', PASSWORDS_TEXTS.mismatch],
  },
  'everything is too long': {
    [NAME]: ['a'.repeat(31), 'Use 3 to 30 characters.'],
    [EMAIL]: [`${'a'.repeat(250)}@example.org`, 'Use an address of at most 254 characters.'],
    [PASSWORD]: ['Lantern-over-7-gates!'.repeat(7), 'Use at most 128 characters.'],
    [AGAIN]: ['Lantern-over-7-gates!'.repeat(6), PASSWORDS_TEXTS.mismatch],
  },
  'the names are taken and the password is a common one': {
    [NAME]: ['ALICE', NEW_ACCOUNT_TEXTS.usernameTaken],
    [EMAIL]: ['Alice@Example.org', NEW_ACCOUNT_TEXTS.emailTaken],
    [PASSWORD]: ['Password1!', PASSWORDS_TEXTS.common],
    [AGAIN]: ['Password1?', PASSWORDS_TEXTS.mismatch],
  },
  'letters are of the wrong kind': {
    [NAME]: ['a"<b> c', USERNAMES_TEXTS.characters],
    [EMAIL]: ['<eve>@example.org', EMAILS_TEXTS.shape],
    [PASSWORD]: ['XYLEM-77', PASSWORDS_TEXTS.lower],
    [AGAIN]: ['xylem-77', PASSWORDS_TEXTS.mismatch],
  },
  'the username is reserved and the password tells who one is': {
    [NAME]: ['Adm1n', USERNAMES_TEXTS.reserved],
    [PASSWORD]: [
      'Adm1n-lighthouse-gatehouse',
      `${PASSWORDS_TEXTS.username} ${PASSWORDS_TEXTS.email} ` + PASSWORDS_TEXTS.store,
    ],
    [AGAIN]: ['', PASSWORDS_TEXTS.repeat],
  },
};

test('registering tells all that is wrong at once, beside each field, until it is mended', async ({
  page,
  members,
  newcomer,
  watch,
}) => {
  watch.expectStatus(422);
  await members.get('alice');
  await page.goto(paths.register());
  for (const [what, wrong] of Object.entries(REFUSALS)) {
    await test.step(what, async () => {
      const each = Object.entries(wrong);
      const typed = {
        ...newAccount(eve),
        ...Object.fromEntries(each.map(([label, [text]]) => [label, text])),
      };
      await fill(page, typed);
      expect((await send(page, 'Register')).status()).toBe(422);
      await expectFormBack(page, typed, Object.fromEntries(each.map(([label, [, said]]) => [label, said])));
    });
  }

  await test.step('nothing is wrong any more', async () => {
    await sendRegistration(page, { ...newcomer, password: 'seven quiet lanterns' });
    await expectMessage(page, 'status', `Success: ${DOOR_TEXTS.registered}`);
  });
});

test('too many new accounts from one address are told to wait, and nothing typed is lost', async ({
  page,
  newcomer,
  useUpThrottles,
  watch,
}) => {
  watch.expectStatus(429);
  await page.goto(paths.register());
  await sendRegistration(page, newcomer);
  await useUpThrottles();
  await page.goto(paths.register());
  expect((await sendRegistration(page, eve)).status()).toBe(429);
  await expectMessage(page, 'alert', /^Error: Too many registrations from your network\. Try again in .+\.$/);
  await expectTypedKept(page, newAccount(eve));
  await expect(field(page, NAME)).not.toHaveAttribute('aria-invalid');
  await expect(page).toHaveTitle(/^Error: /);
});
