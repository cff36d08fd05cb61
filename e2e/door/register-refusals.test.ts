import { DOOR_TEXTS } from '../../src/accounts/door-texts.ts';
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
    [NAME]: ['', 'Enter a username.'],
    [EMAIL]: ['', 'Enter an e-mail address.'],
    [PASSWORD]: ['', 'Enter a password.'],
    [AGAIN]: ['', 'Enter the password once more.'],
  },
  'everything is too short': {
    [NAME]: ['al', 'Use 3 to 30 characters.'],
    [EMAIL]: ['alice', 'Enter an e-mail address such as name@example.org.'],
    [PASSWORD]: [
      'xylem',
      'Use at least 8 characters. Add an upper-case letter. Add a digit. Add a symbol, such as ! or ?. ' +
        'Or use a passphrase of 15 characters or more.',
    ],
    [AGAIN]: ['xyle', 'The two passwords are not the same.'],
  },
  'everything is too long': {
    [NAME]: ['a'.repeat(31), 'Use 3 to 30 characters.'],
    [EMAIL]: [`${'a'.repeat(250)}@example.org`, 'Use an address of at most 254 characters.'],
    [PASSWORD]: ['Lantern-over-7-gates!'.repeat(7), 'Use at most 128 characters.'],
    [AGAIN]: ['Lantern-over-7-gates!'.repeat(6), 'The two passwords are not the same.'],
  },
  'the names are taken and the password is a common one': {
    [NAME]: ['ALICE', 'This username is already taken.'],
    [EMAIL]: ['Alice@Example.org', 'An account with this e-mail address already exists.'],
    [PASSWORD]: [
      'Password1!',
      'This is one of the passwords that attackers try first. Please choose another.',
    ],
    [AGAIN]: ['Password1?', 'The two passwords are not the same.'],
  },
  'letters are of the wrong kind': {
    [NAME]: ['a"<b> c', 'Use only letters from A to Z, digits, dots, underscores and hyphens.'],
    [EMAIL]: ['<eve>@example.org', 'Enter an e-mail address such as name@example.org.'],
    [PASSWORD]: ['XYLEM-77', 'Add a lower-case letter.'],
    [AGAIN]: ['xylem-77', 'The two passwords are not the same.'],
  },
  'the username is reserved and the password tells who one is': {
    [NAME]: ['Adm1n', 'This name is reserved. Please choose another.'],
    [PASSWORD]: [
      'Adm1n-lighthouse-gatehouse',
      'Leave your username out of the password. Leave your e-mail name out of the password. ' +
        "Leave the store's name out of the password.",
    ],
    [AGAIN]: ['', 'Enter the password once more.'],
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
