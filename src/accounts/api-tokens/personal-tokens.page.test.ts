import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp } from '../../jobs/jobs.ts';
import { paths } from '../../paths.ts';
import type { Role } from '../../permissions.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { appCode, setUpApp } from '../../testing/authenticator.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { alarmPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { addPersonalToken } from '../../testing/tokens.ts';
import { type Answer, alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as PERSONAL_TOKENS_PAGE_TEXTS } from './personal-tokens.page.ts';
import { MOST_TOKENS } from './personal-tokens.ts';

let app: TestApp;
let people = 0;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function member(role?: Role): Promise<{ id: number; email: string; visitor: Visitor }> {
  people += 1;
  const name = `alice-${people}`;
  const visitor = await signIn(app, name, role);
  const { id } = await app.context.db('users').where('username', name).first('id');
  return { id, email: `${name}@example.org`, visitor };
}

type Fields = [string, string][];
const FORM: Fields = [
  ['name', 'backup script'],
  ['scopes', 'profile:read'],
  ['scopes', 'products:read'],
  ['days', '30'],
];
const formWith = (name: string, ...values: string[]): Fields => [
  ...FORM.filter(([field]) => field !== name),
  ...values.map((value): [string, string] => [name, value]),
];

/** Opens the form. @returns what sends it as a browser does, with a name as often as its boxes are ticked */
async function open(visitor: Visitor): Promise<(fields?: Fields) => Promise<Answer>> {
  const page = (await visitor.get(paths.personalTokens())).text;
  const form = page.slice(page.indexOf(`action="${paths.personalTokens()}"`));
  const hidden = [...form.matchAll(/name="(_csrf|_member|form_key)" value="([^"]*)"/g)].slice(0, 3);
  return (fields = FORM) => {
    const body = new URLSearchParams([
      ...hidden.map(([, name = '', value = '']) => [name, value]),
      ...fields,
    ]);
    return visitor.request(paths.personalTokens(), { method: 'POST', body });
  };
}

/** Sends the form, and goes on to the page that shows the token. */
async function send(visitor: Visitor, fields?: Fields): Promise<Answer> {
  const sent = await (await open(visitor))(fields);
  return sent.location.startsWith(`${paths.personalTokens()}/`) ? visitor.follow(sent) : sent;
}

const tokenOn = ({ text }: Answer) =>
  /<code class="key">(gatehouse_pat_[\w-]{43})<\/code>/.exec(text)?.[1] ?? '';
const rowsOf = (id: number) => app.context.db('personal_access_tokens').where('user_id', id).orderBy('id');
const list = async (visitor: Visitor) => (await visitor.get(paths.apiClients())).text;
const removalsOn = (page: string) =>
  [...page.matchAll(/href="(\/account\/programs\/tokens\/\d+\/removal)"/g)].map(([, path]) => path as string);
const me = (token: string) => new ApiClient(app.url, token).get('/me');

describe('a new token', () => {
  /** Who makes none. */
  let clumsy: Awaited<ReturnType<typeof member>>;
  beforeAll(async () => {
    clumsy = await member();
  });

  test('is shown once, kept as a hash, listed with what it may do, and told by mail', async () => {
    const { id, email, visitor } = await member();
    expect(textOf(await list(visitor))).toContain('You have none.');
    const made = await send(visitor);
    expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const token = tokenOn(made);
    expect((await me(token)).json).toMatchObject({ id });

    const page = await list(visitor);
    expect(textOf(page)).toMatch(
      /backup script Read your name, address and role Look at the products of the store Ends in .* · created on .* · expires on .* · last used just now from 127.0.0.1/,
    );
    for (const kept of [page, JSON.stringify(await rowsOf(id)), app.log.join('')]) {
      expect(kept).not.toContain(token.slice(-43));
    }
    const sessions = await app.context.db('sessions').pluck('data');
    expect(sessions.join()).not.toContain(token.slice(-43));
    const notice = await lastMailTo(app.context, email, 'A personal access token was made');
    expect(alarmPath(notice)).toContain('/not-me/');
    expect(JSON.stringify(notice)).toContain('“backup script”');
    expect(JSON.stringify(notice)).not.toContain(token.slice(-43));
  });

  test.each<[string, string, Fields]>([
    ['no name', 'name', formWith('name', '')],
    ['a name that nobody sees', 'name', formWith('name', '\u200b')],
    ['a name of 61 characters', 'name', formWith('name', 'x'.repeat(61))],
    ['a name of two lines', 'name', formWith('name', 'one\ntwo')],
    ['a name with a control character', 'name', formWith('name', 'one\u0007two')],
    ['two names', 'name', formWith('name', 'one', 'two')],
    ['no scope', 'scopes', formWith('scopes')],
    ['a scope that there is not', 'scopes', formWith('scopes', 'profile:read', 'all')],
    ['a scope of an object’s own', 'scopes', formWith('scopes', 'constructor')],
    ['a scope that takes another role', 'scopes', formWith('scopes', 'users:write')],
    ['no time', 'days', formWith('days')],
    ['a time that is not on the list', 'days', formWith('days', '3650')],
  ])(
    'is not made with %s: the form comes back, and says so beside the field',
    async (_name, field, fields) => {
      const { id, visitor } = clumsy;
      const answer = await send(visitor, fields);
      expect([answer.status, errorOf(answer.text, field)]).toEqual([
        422,
        expect.stringMatching(/^Error: \S/),
      ]);
      expect(await rowsOf(id)).toEqual([]);
    },
  );

  test('keeps on the form that comes back what was ticked and chosen', async () => {
    const { text } = await send(clumsy.visitor, formWith('name', ''));
    expect(text).toMatch(/value="profile:read" checked/);
    expect(text).toMatch(/value="products:read" checked/);
    expect(text).toMatch(/<option value="30" selected>/);
  });

  test('offers to each role what it can use at all', async () => {
    const offered = async (role?: Role) => {
      const { text } = await (await member(role)).visitor.get(paths.personalTokens());
      return [...text.matchAll(/name="scopes" type="checkbox" value="([^"]+)"/g)].map(([, scope]) => scope);
    };
    const everybody = ['profile:read', 'products:read'];
    expect(await offered()).toEqual(everybody);
    expect(await offered('moderator')).toEqual([...everybody, 'tasks:read', 'tasks:write', 'users:read']);
    expect((await offered('admin')).at(-1)).toBe('users:write');
  });

  test('is one of 20 at most; expired ones do not count', async () => {
    const { id, visitor } = await member();
    for (let made = 0; made < MOST_TOKENS; made += 1) await addPersonalToken(app.context, id);
    const refused = await send(visitor);
    expect([refused.status, alertsOf(refused.text)[0]]).toEqual([
      422,
      expect.stringContaining('You have 20 tokens'),
    ]);
    await app.context.db('personal_access_tokens').where({ user_id: id }).update({ expires_at: 1 });
    expect(tokenOn(await send(visitor))).not.toBe('');
  });

  test('that is sent twice, as by a double click, is one, and a reload of its page makes no other', async () => {
    const { id, email, visitor } = await member();
    const sendIt = await open(visitor);
    const [{ location }, again] = await Promise.all([sendIt(), sendIt()]);
    expect(again.location).toBe(location);
    const token = tokenOn(await visitor.get(location));
    const reload = await visitor.get(location);
    expect([reload.status, reload.location]).toEqual([303, paths.apiClients()]);
    const page = (await visitor.follow(reload)).text;
    expect(alertsOf(page).at(-1)).toContain('A new token is shown only once.');
    // By these somebody who lost the answer finds it.
    expect(textOf(page)).toMatch(
      new RegExp(`Ends in ${token.slice(-4)} · created on \\d.* at \\d+:\\d\\d .* · expires on`),
    );
    expect(await rowsOf(id)).toHaveLength(1);
    expect((await me(token)).status).toBe(200);
    expect(await mailsTo(app.context, email)).toHaveLength(1);
    // Another form means another token, also with the same name.
    await send(visitor);
    expect(await rowsOf(id)).toHaveLength(2);
  });

  test('needs a recent login, and keeps what was typed and ticked meanwhile', async () => {
    const { id, visitor } = await member();
    const sendLate = await open(visitor);
    app.passTime(6 * MINUTE);
    const late = await sendLate();
    expect(late.location).toBe(paths.recentLogin());
    const back = await visitor.submit(paths.recentLogin(), { password: PASSWORD });
    expect(back.location).toBe(paths.personalTokens());
    const form = (await visitor.follow(back)).text;
    expect(form).toContain('value="backup script"');
    expect(form.match(/" checked/g)).toHaveLength(2);
    expect(await rowsOf(id)).toEqual([]);
  });

  test('that was asked for after the session ended is made once its member says so, as it was ticked', async () => {
    const { id, visitor } = await member();
    const sendLate = await open(visitor);
    app.passTime(2 * HOUR);
    expect((await sendLate()).location).toBe(paths.login());
    expect((await visitor.logIn(`alice-${people}`, PASSWORD)).location).toBe(paths.interruptedForm());
    const page = (await visitor.get(paths.interruptedForm())).text;
    const kept = [...page.matchAll(/name="(name|scopes|days)" value="([^"]*)"/g)];
    expect(kept.map(([, name, value]) => [name, value])).toEqual(FORM);
    expect(await rowsOf(id)).toEqual([]);
  });

  test('needs the second factor of who has one: the password alone must not open a way round it', async () => {
    const { id, visitor } = await member();
    const { key } = await setUpApp(app, visitor);
    app.passTime(6 * MINUTE);
    expect((await visitor.get(paths.personalTokens())).location).toBe(paths.recentLogin());
    await visitor.submit(paths.recentLogin(), { password: PASSWORD });
    expect((await visitor.get(paths.personalTokens())).location).toBe(paths.recentLogin());
    await visitor.submit(paths.recentLogin(), { code: appCode(app, key) });
    expect(tokenOn(await send(visitor))).not.toBe('');
    expect(await rowsOf(id)).toHaveLength(1);
  });
});

describe('a token', () => {
  test('does what it was made for and nothing else (RFC 6750, 3.1)', async () => {
    const { id } = await member();
    const api = new ApiClient(app.url, await addPersonalToken(app.context, id, { scopes: 'products:read' }));
    const challenge = 'Bearer realm="gatehouse", error="insufficient_scope"';
    const profile = await api.get('/me');
    expect([profile.status, profile.headers.get('www-authenticate')]).toEqual([
      403,
      `${challenge}, scope="profile:read"`,
    ]);
    expect(profile.json.type).toBe(`${paths.apiDocs()}#insufficient-scope`);
    // What no scope is for takes a login.
    const logout = await api.post('/logout-all');
    expect([logout.status, logout.headers.get('www-authenticate')]).toEqual([403, challenge]);
  });

  test('with a scope that is known no more goes on with the others', async () => {
    const { id } = await member();
    const token = await addPersonalToken(app.context, id, { scopes: 'profile:read toString orders:all' });
    expect((await me(token)).status).toBe(200);
  });

  test('has its last use written down, at most once a minute', async () => {
    const { id } = await member();
    const token = await addPersonalToken(app.context, id);
    const lastUse = async () => (await rowsOf(id))[0].last_used_at;
    expect(await lastUse()).toBeNull();
    await Promise.all([me(token), me(token)]);
    const first = await lastUse();
    app.passTime(50 * SECOND);
    await me(token);
    expect(await lastUse()).toBe(first);
    app.passTime(10 * SECOND);
    await me(token);
    expect(await lastUse()).toBeGreaterThan(first);
    // In the list, beside the address.
    expect((await rowsOf(id))[0].last_address).toBe('127.0.0.1');
  });

  test('opens nothing once it has expired, is listed as expired for 30 days, then forgotten', async () => {
    const { id, visitor } = await member();
    const token = await addPersonalToken(app.context, id, { name: 'old script', days: 7 });
    app.passTime(7 * DAY);
    expect((await me(token)).status).toBe(401);
    await visitor.follow(await visitor.logIn(`alice-${people}`, PASSWORD));
    expect(textOf(await list(visitor))).toMatch(/old script expired .* expired on/);
    app.passTime(30 * DAY - 1 * MINUTE);
    await cleanUp(app.context);
    expect(await rowsOf(id)).toHaveLength(1);
    app.passTime(2 * MINUTE);
    await cleanUp(app.context);
    expect(await rowsOf(id)).toEqual([]);
  });
});

describe('the removal of a token', () => {
  test('says what it does, ends it at once, and once; the activity tells of it', async () => {
    const { id, visitor } = await member();
    const token = await addPersonalToken(app.context, id, { name: '<i>nightly</i>' });
    const [removal = ''] = removalsOn(await list(visitor));
    expect((await visitor.get(removal)).text).toContain('“&lt;i&gt;nightly&lt;/i&gt;”');
    expect((await me(token)).status).toBe(200);
    expect((await visitor.post(removal)).location).toBe(paths.apiClients());
    expect(alertsOf(await list(visitor))[0]).toContain(PERSONAL_TOKENS_PAGE_TEXTS.removed('<i>nightly</i>'));
    expect((await me(token)).status).toBe(401);
    for (const again of [await visitor.post(removal), await visitor.get(removal)]) {
      expect([again.status, alertsOf(again.text)[0]]).toEqual([
        404,
        expect.stringContaining('not there any more'),
      ]);
    }
    const activity = textOf((await visitor.get(paths.activity())).text);
    expect(activity.match(/A personal access token was removed: <i>nightly<\/i>\./g)).toHaveLength(1);
  });

  test('is for its member alone: of others it is not found (ASVS 8.2.2)', async () => {
    const { id, visitor } = await member();
    const token = await addPersonalToken(app.context, id);
    const [removal = ''] = removalsOn(await list(visitor));
    const mallory = (await member('admin')).visitor;
    expect((await mallory.get(removal)).status).toBe(404);
    expect((await mallory.post(removal)).status).toBe(404);
    for (const wrong of ['0', '-1', '1e3', '9'.repeat(40), 'x'.repeat(5_000)]) {
      expect((await mallory.post(paths.removePersonalToken(wrong))).status).toBe(404);
    }
    expect((await me(token)).status).toBe(200);
    await expectNoFault(app);
  });
});
