import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { paths } from '../paths.ts';
import { DAY } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson } from '../testing/people.ts';
import { everyRow } from '../testing/tables.ts';
import { type Answer, textOf, type Visitor } from '../testing/visitor.ts';
import { LINK_LIFETIMES, type LinkPurpose, makeLink } from './links.ts';
import { TEXTS as INVALID_LINK_TEXTS } from './mailed-link.page.ts';

/** A kind of mailed link, and what must be so that it works. */
interface LinkPage {
  purpose: LinkPurpose;
  path: (token: string) => string;
  data?: (email: string) => Record<string, unknown>;
  /** Columns of the account. */
  account?: Record<string, unknown>;
  /** Whether it works, in part or whole, for an account that the store disabled. */
  worksForDisabled?: true;
  /** Uses the link. */
  use?: (visitor: Visitor, path: string) => Promise<Answer>;
}

const NEW = 'Oak-bench-under-9-stars!';

const LINK_PAGES: LinkPage[] = [
  { purpose: 'verify-email', path: paths.verifyEmail, data: (email) => ({ email }) },
  {
    purpose: 'reset-password',
    path: paths.resetLink,
    data: (email) => ({ email }),
    // The link leads on to the form; one that does not work leads nowhere.
    async use(visitor, path) {
      const opened = await visitor.get(path);
      if (opened.status !== 303) return opened;
      await visitor.follow(opened);
      return visitor.post(paths.resetPassword(), { password: NEW, password_confirmation: NEW });
    },
  },
  {
    purpose: 'new-email',
    path: paths.confirmNewEmail,
    data: (email) => ({ email: `new-${email}` }),
  },
  {
    purpose: 'old-email',
    path: paths.undoNewEmail,
    data: (email) => ({ email: `old-${email}` }),
    worksForDisabled: true,
  },
  { purpose: 'not-me', path: paths.notMe, data: (email) => ({ mailedTo: email }) },
  { purpose: 'come-back', path: paths.comeBack, account: { closing_at: 9e15 } },
];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

let people = 0;

/** Mails a link of this kind to somebody new. */
async function mailed({ purpose, data, account }: LinkPage): Promise<{ id: number; token: string }> {
  people += 1;
  const username = `member-${people}`;
  const id = await addPerson(app.context, username);
  if (account) await app.context.db('users').where({ id }).update(account);
  const token = await inTransaction(app.context.db, (trx) =>
    makeLink(trx, app.context.clock(), {
      purpose,
      userId: id,
      data: data?.(`${username}@example.org`) ?? {},
    }),
  );
  return { id, token };
}

/** A guest with a form's token of their own. */
async function guest(): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.get(paths.login());
  return visitor;
}

const use = async (page: LinkPage, path: string) =>
  (page.use ?? ((visitor: Visitor) => visitor.post(path)))(await guest(), path);

/** What stands in the database, but for the sessions of guests and the throttles. */
async function contents(): Promise<unknown> {
  const rows = await everyRow(app.context.db);
  rows.delete('sessions');
  rows.delete('rate_limits');
  return Object.fromEntries(rows);
}

/** Sees that both opening and using a link answer with the page for links that do not work. */
async function expectNone(page: LinkPage, path: string, status: 404 | 410): Promise<void> {
  for (const answer of [await (await guest()).get(path), await use(page, path)]) {
    expect([path, answer.status]).toEqual([path, status]);
    const text = textOf(answer.text);
    expect(text).toContain(status === 410 ? INVALID_LINK_TEXTS.dead.title : INVALID_LINK_TEXTS.unknown.title);
    expect(text).not.toContain('member-');
    expect(answer.text).toMatch(/<a class="btn btn-primary" href="\/[a-z/-]+">/);
  }
}

describe.each(LINK_PAGES)('a $purpose link', (page) => {
  test('that is mistyped, cut short, doubled, made up or for another page is none (404)', async () => {
    const { token } = await mailed(page);
    const elsewhere = LINK_PAGES.find(({ purpose }) => purpose !== page.purpose) as LinkPage;
    const foreign = await mailed(elsewhere);
    const other = token.startsWith('A') ? 'B' : 'A';
    for (const wrong of [
      other + token.slice(1),
      token.slice(0, -1),
      token.slice(0, 1),
      token + token,
      `${token} `,
      token.toUpperCase(),
      foreign.token,
      'x'.repeat(4_000),
      "' or 1=1 --",
    ]) {
      await expectNone(page, page.path(wrong), 404);
    }
  });

  test('is used up by its use, once, and a reader or scanner uses nothing (ASVS 3.5.3)', async () => {
    const { token } = await mailed(page);
    const path = page.path(token);
    const before = await contents();
    for (const method of ['HEAD', 'GET', 'GET']) {
      const answer = await app.visitor().request(path, { method });
      expect(answer.status).toBeLessThan(400);
      expect(answer.headers.get('referrer-policy')).toBe('same-origin');
    }
    expect(await contents()).toEqual(before);
    expect((await use(page, path)).status).toBe(303);
    await expectNone(page, path, 410);
    expect(app.log.join()).not.toContain(token);
  });

  test('of two who use it at the same instant works for one', async () => {
    const path = page.path((await mailed(page)).token);
    const answers = await Promise.all([use(page, path), use(page, path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
  });
});

test.each(LINK_PAGES.filter(({ worksForDisabled }) => !worksForDisabled))(
  'a $purpose link is dead once the store disabled the account',
  async (page) => {
    const { id, token } = await mailed(page);
    await app.context.db('users').where({ id }).update({ disabled_at: 1 });
    await expectNone(page, page.path(token), 410);
  },
);

test('each kind of link has its time', async () => {
  for (const page of LINK_PAGES) {
    const lifetime = LINK_LIFETIMES[page.purpose];
    const { token } = await mailed(page);
    app.passTime(lifetime);
    await expectNone(page, page.path(token), 410);
  }
  expect(LINK_LIFETIMES['verify-email']).toBe(DAY);
});
