import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseClosedAccounts } from '../../accounts/closure/closure.ts';
import { insertUser } from '../../accounts/users.table.ts';
import { disableMember } from '../../members/access.ts';
import { deleteMember } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { OPS } from '../../testing/member-actions.ts';
import { PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { setSettings } from '../../testing/settings.ts';
import { textOf, type Visitor } from '../../testing/visitor.ts';

let app: TestApp;
let ana: Visitor;
let mina: Visitor;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
});
afterAll(() => app.close());

const list = (query = '') => ana.get(paths.adminMembers() + query);

/** The usernames on a page, in their order. */
const namesOn = (page: string) =>
  [...page.matchAll(/<th scope="row"><a href="[^"]*">([^<]*)</g)].map(([, name]) => name);

/** Where a link on a page leads. */
function linkOn(page: string, label: RegExp): string {
  const found = [...page.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)].find(([, , inside]) =>
    label.test(textOf(inside ?? '')),
  );
  return (found?.[1] ?? '').replaceAll('&amp;', '&');
}

/** Adds somebody who joined so many days ago. */
async function addOld(username: string, daysAgo: number, change: object = {}): Promise<number> {
  const names = { username, email: `${username}@example.org`, passwordHash: '-', role: 'user' as const };
  const createdAt = app.context.clock() - daysAgo * DAY;
  const id = (await insertUser(app.context.db, { ...names, createdAt, approvedAt: 1 })) as number;
  if (Object.keys(change).length > 0) await app.context.db('users').where({ id }).update(change);
  return id;
}

test('with nobody else it says who will be here', async () => {
  const { text } = await list();
  expect(namesOn(text)).toEqual(['ana']);
  expect(textOf(text)).toContain('You are the only member so far.');
});

describe('with members', () => {
  beforeAll(async () => {
    mina = await signIn(app, 'mod-mina', 'moderator');
    for (const name of ['ana', 'mod-mina']) await unconfirm(app.context, name);
    await addOld('bob.smith', 3, { email_verified_at: 1 });
    await addOld('carol', 20, { two_factor_since: 1 });
    await addOld('dave', 100, { locked_at: 1 });
    await addOld('erin', 500);
    await disableMember(app.context, OPS, await addOld('frank', 600));
    await deleteMember(app.context, OPS, await addOld('grace', 700));
  });

  test('it shows each with role, state and means to log in, and leads to them', async () => {
    const { text } = await list();
    expect(namesOn(text)).toEqual([
      'mod-mina',
      'ana',
      'bob.smith',
      'carol',
      'dave',
      'erin',
      'frank',
      'grace',
    ]);
    const { id } = await app.context.db('users').where('username', 'carol').first('id');
    expect(text).toContain(`<a href="${paths.adminMember(id)}">carol</a>`);
    const told = textOf(text);
    expect(told).toMatch(/carol carol@example\.org user active not confirmed Two-factor on/);
    expect(told).toMatch(/bob\.smith bob\.smith@example\.org user active confirmed Two-factor off/);
    expect(told).toMatch(/dave \S+ user locked/);
    expect(told).toMatch(/frank \S+ user disabled/);
    expect(told).toMatch(/grace \S+ user to be erased/);
    expect(told).toContain('All members: 8');
    expect(told).not.toContain('Show all');
  });

  test.each([
    ['?q=bob.s', ['bob.smith'], 'Members, matching “bob.s”: 1'],
    ['?q=BOB', ['bob.smith'], 'Members, matching “BOB”: 1'],
    ['?q=carol%40exam', ['carol'], 'Members, matching “carol@exam”: 1'],
    ['?role=moderator', ['mod-mina'], 'Moderators: 1'],
    ['?state=locked', ['dave'], 'Members, locked: 1'],
    ['?state=disabled', ['frank'], 'Members, disabled: 1'],
    ['?state=closing', ['grace'], 'Members, to be erased: 1'],
    ['?verified=yes', ['bob.smith'], 'Members, confirmed: 1'],
    ['?two_factor=yes', ['carol'], 'Members, with two-factor: 1'],
    ['?joined=today', ['mod-mina', 'ana'], 'Members, joined today: 2'],
    ['?joined=week&role=user', ['bob.smith'], 'Users, joined in the last 7 days: 1'],
    ['?joined=month&verified=no&role=user', ['carol'], 'Users, not confirmed, joined in the last 30 days: 1'],
    [
      '?joined=year&state=active&sort=oldest',
      ['carol', 'bob.smith', 'ana', 'mod-mina'],
      'Members, active, joined',
    ],
    [
      '?q=example&sort=name',
      ['ana', 'bob.smith', 'carol', 'dave', 'erin', 'frank', 'grace', 'mod-mina'],
      ': 8',
    ],
    ['?sort=name-desc&role=admin', ['ana'], 'Admins: 1'],
  ])('%s is kept in the form and told in words', async (query, names, words) => {
    const { text } = await list(query);
    expect(namesOn(text)).toEqual(names);
    expect(textOf(text)).toContain(words);
    for (const [name, value] of new URLSearchParams(query)) {
      const kept = name === 'q' ? `name="q" type="search" value="${value}"` : `value="${value}" selected`;
      expect(text).toContain(kept);
    }
  });

  test('what nobody fits says so and leads back', async () => {
    const { text } = await list('?q=zoe&role=admin');
    expect(textOf(text)).toContain('Admins, matching “zoe”: none Show all');
    expect(textOf(text)).toContain('Nobody matches');
    expect(linkOn(text, /^Show all$/)).toBe(paths.adminMembers());
  });

  test('waiting is a state only where somebody lets members in', async () => {
    const id = await addOld('heidi', 800, { approved_at: null });
    expect(textOf((await list('?state=waiting')).text)).toContain('All members');
    expect((await list()).text).not.toContain('<option value="waiting"');
    await setSettings(app.context, { membership: 'approval' });
    const { text } = await list('?state=waiting');
    expect(namesOn(text)).toEqual(['heidi']);
    expect(linkOn(text, /^Members waiting$/)).toBe(paths.waitingMembers());
    await setSettings(app.context, { membership: 'open' });
    await app.context.db('users').where({ id }).update({ approved_at: 1 });
  });

  test('admins find the ways to more members there, moderators none of them', async () => {
    const ways: [RegExp, string][] = [
      [/^Add a member$/, paths.newMember()],
      [/^Invite by mail$/, paths.newInvitations()],
      [/^Export as CSV$/, `${paths.exportMembers()}?role=user&sort=name`],
    ];
    const query = '?role=user&sort=name&after=x&state=';
    const forAdmins = (await list(query)).text;
    const forModerators = (await mina.get(paths.adminMembers() + query)).text;
    expect(namesOn(forModerators)).toEqual(namesOn(forAdmins));
    for (const [label, path] of ways) {
      expect(linkOn(forAdmins, label)).toBe(path);
      expect(linkOn(forModerators, label)).toBe('');
    }
  });

  test('nobody else sees it (ASVS 8.2.1)', async () => {
    const ivan = await signIn(app, 'ivan');
    expect((await ivan.get(paths.adminMembers())).status).toBe(403);
    expect((await app.visitor().get(paths.adminMembers())).location).toBe(paths.login());
  });
});

describe('what makes no sense', () => {
  const everybody = async () => namesOn((await list()).text);

  test.each([
    ['values that are none', '?role=king&state=gone&verified=1&two_factor=on&joined=ever&sort=best'],
    ['lists', '?role[]=admin&role=user&role=admin&state[0]=locked&sort=name&sort=oldest'],
    ['objects', '?role[$ne]=user&q[$regex]=a&__proto__[role]=admin'],
    ['twice the same', '?q=bob&q=carol&joined=week&joined=week'],
    ['places that are none', '?after=x&before=~'],
    ['a place of another order', '?after=bob~3'],
    ['a place with SQL', `?after=${encodeURIComponent("1' or '1'='1~1")}`],
    ['a place with too long an id', '?after=1800000000000~99999999999'],
    ['a place with too large a time', `?after=${'9'.repeat(400)}~1`],
    ['a place below everything', '?after=0~1'],
    ['places twice', '?after=1~1&after=2~2'],
    ['a page number', '?page=-1'],
  ])('shows the default: %s', async (_what, query) => {
    const answer = await list(query);
    expect(answer.status).toBe(200);
    expect(namesOn(answer.text)).toEqual(await everybody());
    expect(textOf(answer.text)).toContain('All members');
  });

  test.each([
    ['a sign of LIKE', 'b%'],
    ['another', 'bob_'],
    ['the sign that escapes them', '!'],
    ['a backslash', '\\'],
    ['a quote', "'"],
    ['SQL', "' or 1=1 --"],
    ['a letter of another script that looks alike', 'bоb'],
    ['a picture', '\u{1f98a}'],
    ['a sign that turns the line round', '\u202e'],
    ['the last sign there is', '\u{10ffff}'],
    ['10,000 letters', 'x'.repeat(10_000)],
  ])('in the search finds nobody and breaks nothing: %s', async (_what, text) => {
    const answer = await list(`?q=${encodeURIComponent(text)}`);
    expect(answer.status).toBe(200);
    expect(textOf(answer.text)).toContain(': none');
    expect(answer.text.length).toBeLessThan(20_000);
  });

  test('that is only spaces searches for nothing; with a NUL it is refused', async () => {
    expect(namesOn((await list(`?q=${encodeURIComponent(' \n ')}`)).text)).toEqual(await everybody());
    expect((await list('?q=b%00b')).status).toBe(400);
  });

  test('is printed as what it is', async () => {
    const { text } = await list(`?q=${encodeURIComponent('<script>alert(1)</script>')}`);
    expect(text).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(text).not.toContain('<script>alert');
  });
});

test('a long list has pages that lead on and back, with all that was asked for', async () => {
  for (let index = 10; index < 40; index += 1) await addOld(`judy-${index}`, 2_000 - index);
  const first = await list('?q=judy&sort=oldest');
  expect(namesOn(first.text)).toHaveLength(25);
  expect(textOf(first.text)).toContain('matching “judy”: 30');
  expect(linkOn(first.text, /Previous/)).toBe('');
  const next = linkOn(first.text, /Next/);
  expect(next).toMatch(/^\/admin\/members\?q=judy&sort=oldest&after=\d+(~|%7E)\d+$/);
  const second = await ana.get(next);
  expect(namesOn(second.text)).toEqual([35, 36, 37, 38, 39].map((index) => `judy-${index}`));
  expect(linkOn(second.text, /Next/)).toBe('');
  expect(namesOn((await ana.get(linkOn(second.text, /Previous/))).text)).toEqual(namesOn(first.text));

  const byName = await list('?q=judy&sort=name-desc');
  expect(namesOn((await ana.get(linkOn(byName.text, /Next/))).text)).toEqual(
    [14, 13, 12, 11, 10].map((index) => `judy-${index}`),
  );
});

test('who was erased is in no list, not by the old name either', async () => {
  const id = await insertUser(app.context.db, {
    username: 'Mallory',
    email: 'Mallory@evil.example',
    passwordHash: '-',
    role: 'user',
    createdAt: app.context.clock(),
    approvedAt: 1,
  });
  expect(namesOn((await list('?q=mallory')).text)).toEqual(['Mallory']);
  expect(namesOn((await list('?q=evil.ex')).text)).toEqual(['Mallory']);
  await deleteMember(app.context, OPS, id as number);
  expect(namesOn((await list('?q=mallory&state=closing')).text)).toEqual(['Mallory']);
  app.passTime(15 * DAY);
  await eraseClosedAccounts(app.context);
  ana = app.visitor();
  await ana.follow(await ana.logIn('ana', PASSWORD));
  for (const query of [
    '?q=mallory',
    '?q=evil.ex',
    '?q=erased',
    '?q=%23',
    '?state=disabled&joined=month',
    '?sort=name-desc',
  ]) {
    const { text } = await list(query);
    expect(text).not.toMatch(/mallory</i);
    expect(namesOn(text).filter((name) => /erased|mallory/i.test(String(name)))).toEqual([]);
  }
});
