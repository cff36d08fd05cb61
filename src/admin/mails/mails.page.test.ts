import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../database/transaction.ts';
import { countFailedMails } from '../../mail/outbox.table.ts';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, signIn } from '../../testing/people.ts';
import { textOf, type Visitor } from '../../testing/visitor.ts';
import { failureHint } from './failures.ts';
import { TEXTS as MAILS_TEXTS } from './mails.page.ts';

const AT = Date.UTC(2026, 4, 10, 12);

let app: TestApp;
let ana: Visitor;
let bob: number;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
  bob = await addPerson(app.context, 'bob');
});
afterAll(() => app.close());

/** Puts a mail into the outbox and makes of its row what the sender would have made. */
async function addMail(change: Record<string, unknown>, userId: number | null = bob): Promise<void> {
  await inTransaction(app.context.db, (trx) =>
    app.context.mailer.queue(trx, {
      to: 'bob@example.org',
      budget: 'unlimited',
      ...(userId === null ? {} : { userId }),
      message: { subject: 'Very private', name: 'bob', paragraphs: ['Nobody else reads this.'] },
    }),
  );
  const [newest] = await app.context.db('outbox').max({ id: 'id' });
  await app.context
    .db('outbox')
    .where('id', newest?.id)
    .update({ created_at: AT, ...change });
}
const failed = (error: string, userId?: number | null) =>
  addMail(
    { given_up_at: AT + 1, due_at: null, encrypted_mail: null, attempts: 3, last_error: error },
    userId,
  );

const look = (query = '') => ana.get(paths.mails() + query);
const linesOf = (page: string) =>
  [...(/<ul class="records">(.*?)<\/ul>/s.exec(page)?.[1] ?? '').matchAll(/<li>(.*?)<\/li>/gs)].map(
    ([, line]) => textOf(line ?? ''),
  );

describe('the mails', () => {
  test('are none at first, and each list says what it is for', async () => {
    expect(textOf((await look()).text)).toContain(MAILS_TEXTS.empty.failed);
    expect(textOf((await look('?state=sent')).text)).toContain(MAILS_TEXTS.empty.sent);
    expect(textOf((await look('?state=waiting')).text)).toContain(MAILS_TEXTS.empty.waiting);
    expect(await countFailedMails(app.context.db)).toBe(0);
  });

  test('are told by how they fared: to whom, when, how often tried, why not, and what to do; never what they said', async () => {
    await failed('EENVELOPE RCPT TO 550 5.1.1');
    await addMail({ due_at: AT + 60_000, attempts: 1, last_error: 'ECONNREFUSED CONN' });
    await addMail({ due_at: AT, attempts: 0 }, null);
    await addMail({ sent_at: AT + 2, due_at: null, encrypted_mail: null, attempts: 1 });

    const pages = [await look(), await look('?state=waiting'), await look('?state=sent')];
    expect(pages.map(({ text }) => linesOf(text))).toEqual([
      [
        expect.stringMatching(
          /^To bob Written 10 May 2026 .* UTC, tried 3 times, given up 10 May .* UTC EENVELOPE RCPT TO 550 5\.1\.1 The other side refused the address\. Ask the member for another one\.$/,
        ),
      ],
      [
        expect.stringMatching(/^To somebody without an account Written .* UTC, not tried yet$/),
        expect.stringMatching(
          /^To bob Written .* UTC, tried once, next .* UTC ECONNREFUSED CONN The mail server was not reached\./,
        ),
      ],
      [expect.stringMatching(/^To bob Written .* UTC, tried once, sent .* UTC$/)],
    ]);
    for (const { text } of pages) {
      expect(text).not.toMatch(/private|Nobody else|bob@example/);
    }
    expect(pages[0]?.text).toContain(`<a href="${paths.adminMember(bob)}">bob</a>`);
    expect(await countFailedMails(app.context.db)).toBe(1);
  });

  test('that failed print what the other server said as text', async () => {
    await failed('550 <script>alert(1)</script>');
    expect((await look()).text).not.toContain('<script>alert');
  });

  test('of nonsense in every parameter are the first that were given up', async () => {
    const plain = linesOf((await look()).text);
    expect(plain).not.toEqual([]);
    for (const text of ['x'.repeat(1_000), '-1', '0', '1.5', "' or 1=1", '9'.repeat(30), '999']) {
      const page = await look(`?state=${encodeURIComponent(text)}&page=${encodeURIComponent(text)}&page=2`);
      expect(page.status).toBe(200);
      expect(linesOf(page.text)).toEqual(plain);
      expect(linesOf((await look(`?page=${encodeURIComponent(text)}`)).text)).toEqual(plain);
    }
  });

  test('have pages when they are many', async () => {
    const rows = Array.from({ length: 120 }, (_, index) => ({
      message_id: `many-${index}`,
      created_at: AT,
      given_up_at: AT + 10 + index,
      attempts: index,
      last_error: `E${index}`,
    }));
    await app.context.db.batchInsert('outbox', rows, 50);
    const pages = [await look(), await look('?page=2'), await look('?page=3')];
    const errors = pages.flatMap(({ text }) =>
      [...text.matchAll(/<code>E(\d+)<\/code>/g)].map(([, number]) => Number(number)),
    );
    expect(errors).toEqual(rows.map((_, index) => index).reverse());
    expect(pages.map(({ text }) => [text.includes('rel="prev"'), text.includes('rel="next"')])).toEqual([
      [false, true],
      [true, true],
      [true, false],
    ]);
    expect(await countFailedMails(app.context.db)).toBe(122);
  });

  test('are for admins alone (ASVS 8.2.1)', async () => {
    const mina = await signIn(app, 'mod-mina', 'moderator');
    const carol = await signIn(app, 'carol');
    for (const visitor of [mina, carol]) {
      expect((await visitor.get(paths.mails())).status).toBe(403);
      expect((await visitor.post(paths.mails())).status).toBe(403);
    }
    expect((await ana.post(paths.mails())).status).toBe(405);
  });
});

test.each([
  ['SMTP_URL is not set', 'Set SMTP_URL'],
  ['it cannot be opened', 'SECRET_KEY'],
  ['EAUTH AUTH PLAIN 535 5.7.8', 'name and password in SMTP_URL'],
  ['EENVELOPE MAIL FROM 530 5.7.0', 'name and password in SMTP_URL'],
  ['ETIMEDOUT CONN', 'host and port'],
  ['ENOTFOUND CONN', 'host and port'],
  ['CERT_HAS_EXPIRED CONN', 'certificate'],
  ['EENVELOPE RCPT TO 550 5.1.1', 'refused the address'],
  ['EENVELOPE MAIL FROM 553', 'MAIL_FROM'],
  ['EMESSAGE DATA 554', 'refused the mail'],
])('what to do about "%s" is said in words', (reason, words) => {
  expect(failureHint(reason)).toContain(words);
});

test.each(['', 'the thread that sends ended'])('nothing is said where nobody can tell: "%s"', (reason) => {
  expect(failureHint(reason)).toBeUndefined();
});
