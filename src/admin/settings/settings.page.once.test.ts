import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { REFUSALS } from '../../accounts/login/login.ts';
import { paths } from '../../paths.ts';
import { readSettings } from '../../settings/settings.table.ts';
import { TEXTS as SETTINGS_FORM_TEXTS } from '../../settings/settings-form.ts';
import { MINUTE, SECOND } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { setSettings } from '../../testing/settings.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as ENVIRONMENT_TEXTS, environmentFacts } from './environment.ts';
import { TEXTS as SETTING_SPECS_TEXTS } from './setting-specs.ts';
import { TEXTS as SETTINGS_TEXTS } from './settings.page.ts';

const NONE = { storeName: 'Gatehouse', membership: 'open', supportAddress: '', doorText: '' } as const;

let app: TestApp;
/** Another process on the same database, whose environment fixes the membership. */
let other: TestApp;
let ana: Visitor;
let ben: Visitor;
beforeAll(async () => {
  const database = await openTestDatabase();
  app = await startTestApp({ REQUIRE_2FA: 'none' }, database);
  other = await startTestApp(
    { REQUIRE_2FA: 'none', MEMBERSHIP: 'verified' },
    { ...database, drop: async () => {} },
  );
  ana = await signIn(app, 'ana', 'admin');
  ben = await signIn(app, 'ben', 'admin');
});
afterAll(async () => {
  await other.close();
  await app.close();
});
beforeEach(() => setSettings(app.context, NONE));

/** What stands in a form, as a browser would send it: its fields and hidden fields. */
function fieldsOf(page: string): Record<string, string> {
  const [, form = ''] = /<form class="form"(.*?)<\/form>/s.exec(page) ?? [];
  const plain = (text = '') =>
    text
      .replaceAll('&#34;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  const inputs = [...form.matchAll(/<input [^>]*name="(\w+)"[^>]*value="([^"]*)"[^>]*>/g)].filter(
    ([input]) => !input.includes(' disabled'),
  );
  const selects = [...form.matchAll(/<select [^>]*name="(\w+)"([^>]*)>.*?value="(\w+)" selected/gs)].filter(
    ([, , attributes]) => !attributes?.includes('disabled'),
  );
  const areas = [...form.matchAll(/<textarea [^>]*name="(\w+)"[^>]*>\n?([^<]*)<\/textarea>/g)];
  return Object.fromEntries([
    ...[...inputs, ...areas].map(([, name, value]) => [name, plain(value)]),
    ...selects.map(([, name, , value]) => [name, value]),
  ]);
}

/** Opens the form, changes fields and sends it. */
async function change(visitor: Visitor, fields: Record<string, string>) {
  const { text } = await visitor.get(paths.settings());
  return visitor.post(paths.settings(), { ...fieldsOf(text), ...fields });
}

describe('what an admin saves', () => {
  test('counts at the next request here, and within a second in another process', async () => {
    const guest = app.visitor();
    const elsewhere = other.visitor();
    await elsewhere.get(paths.login());
    const sent = await change(ana, {
      store_name: 'Corner Shop',
      support_address: 'help@example.org',
      door_text: 'Closed\non Sundays',
    });
    expect(sent.location).toBe(paths.settings());
    const page = await ana.follow(sent);
    expect(alertsOf(page.text)).toEqual([
      'success: Success: Saved: Store name, Address for help, Text at the door.',
    ]);
    expect(fieldsOf(page.text)).toMatchObject({ store_name: 'Corner Shop', shown_store_name: 'Corner Shop' });

    other.passTime(SECOND);
    for (const visitor of [guest, elsewhere]) {
      for (const path of [paths.login(), paths.register()]) {
        const { text } = await visitor.get(path);
        expect(text).toContain('· Corner Shop</title>');
        expect(text).toContain('<p class="notice">Closed\non Sundays</p>');
        expect(text).toContain('Help: <a href="mailto:help@example.org">help@example.org</a>');
      }
    }
    expect((await guest.get(paths.forgotPassword())).text).not.toContain('on Sundays');
    expect((await ana.get('/nowhere')).text).toContain('mailto:help@example.org');
  });

  test('of nothing says so', async () => {
    expect(alertsOf((await ana.follow(await change(ana, {}))).text)).toEqual([
      `info: Information: ${SETTINGS_TEXTS.unchanged}`,
    ]);
  });

  test('is text wherever it stands, whatever was typed', async () => {
    const script = '</textarea><script>alert(1)</script>"\'&';
    await change(ana, { store_name: script, door_text: script });
    const pages = [await ana.get(paths.settings()), await app.visitor().get(paths.login())];
    for (const { text } of pages) {
      expect(text).not.toContain('<script>alert');
      expect(textOf(text)).toContain(script);
    }
    expect(fieldsOf(pages[0]?.text ?? '')).toMatchObject({ store_name: script });
  });

  test('with errors is told of all at once, beside the fields, and keeps what was typed', async () => {
    const before = await readSettings(app.context.db);
    const typed = {
      store_name: '',
      support_address: 'help',
      door_text: `\n${'x'.repeat(501)}`,
      membership: 'x',
    };
    const page = await change(ana, typed);
    expect(page.status).toBe(422);
    expect(errorOf(page.text, 'store-name')).toContain(SETTINGS_FORM_TEXTS.name);
    expect(errorOf(page.text, 'membership')).toContain(SETTINGS_FORM_TEXTS.choice);
    expect(errorOf(page.text, 'support-address')).toContain('Enter an e-mail address');
    expect(errorOf(page.text, 'door-text')).toContain('at most 500 characters');
    expect(fieldsOf(page.text)).toMatchObject({
      store_name: '',
      support_address: 'help',
      shown_store_name: 'Gatehouse',
    });
    expect(page.text).toContain('x'.repeat(501));
    expect(await readSettings(app.context.db)).toEqual(before);
  });

  test('changes nothing that is not on the form (ASVS 8.2.3)', async () => {
    const { version } = await readSettings(app.context.db);
    await change(ana, {
      door_text: 'Welcome',
      role: 'user',
      version: '99',
      changed_by: '2',
      storeName: 'Forged',
    });
    const stored = await readSettings(app.context.db);
    expect(stored).toMatchObject({ version: version + 1 });
    expect(stored.values).toEqual({ doorText: 'Welcome' });
  });
});

test('the address for help stands where members get no further', async () => {
  await setSettings(app.context, { supportAddress: 'help@example.org', membership: 'approval' });
  const dora = await signIn(app, 'dora');
  const users = app.context.db('users').where('username', 'dora');
  await users.clone().update({ approved_at: null });
  expect((await dora.get(paths.waiting())).text).toContain(
    'Questions? Write to <a href="mailto:help@example.org">',
  );
  await users.clone().update({ disabled_at: 1 });
  expect(alertsOf((await app.visitor().logIn('dora', PASSWORD)).text)).toEqual([
    `danger: Error: ${REFUSALS.disabled} Questions? Write to help@example.org.`,
  ]);
});

test('of two admins the second reads what the first changed, keeps the own typing, and saves it the second time', async () => {
  const { text } = await ben.get(paths.settings());
  await change(ana, { store_name: 'Corner Shop', membership: 'approval' });
  const told = await ben.post(paths.settings(), {
    ...fieldsOf(text),
    door_text: 'By Ben',
    store_name: 'Ben’s',
  });
  expect(told.status).toBe(422);
  expect(alertsOf(told.text)[0]).toMatch(
    /The settings were changed while you were here Last by ana, .* UTC\. Store name: Gatehouse → Corner Shop Who is in after registering: Open: whoever registers is in → Approval: whom an administrator lets in Nothing of yours is saved yet\./,
  );
  expect(fieldsOf(told.text)).toMatchObject({
    store_name: 'Ben’s',
    door_text: 'By Ben',
    membership: 'approval',
    shown_store_name: 'Corner Shop',
    shown_membership: 'approval',
  });
  expect(app.context.settings.storeName).toBe('Corner Shop');

  const saved = await ben.post(paths.settings(), fieldsOf(told.text));
  expect(saved.location).toBe(paths.settings());
  expect(app.context.settings).toMatchObject({
    storeName: 'Ben’s',
    doorText: 'By Ben',
    membership: 'approval',
  });
});

test('what the environment fixes is shown as such, and no form changes it', async () => {
  const visitor = other.visitor();
  await visitor.logIn('ana', PASSWORD);
  const { text } = await visitor.get(paths.settings());
  expect(text).toMatch(/<select [^>]*id="membership"[^>]* disabled>/);
  expect(text).toMatch(/<option value="verified" selected>/);
  expect(textOf(text)).toContain(SETTING_SPECS_TEXTS.fixed('MEMBERSHIP'));
  expect(fieldsOf(text)).not.toHaveProperty('membership');
  await visitor.post(paths.settings(), { ...fieldsOf(text), membership: 'approval', door_text: 'Hello' });
  expect(other.context.settings).toMatchObject({ membership: 'verified', doorText: 'Hello' });
  expect((await readSettings(other.context.db)).values).toEqual({ doorText: 'Hello' });
});

test('an admin without a second factor reads what requiring one means, and is led to set it up', async () => {
  const { text } = await ana.get(paths.settings());
  expect(textOf(text)).not.toContain('You have none yourself');
  const store = await startTestApp();
  await setSettings(store.context, { require2fa: 'none' });
  const admin = await signIn(store, 'ana', 'admin');
  expect(textOf((await admin.get(paths.settings())).text)).toContain('You have none yourself');
  const saved = await change(admin, { require_2fa: 'staff' });
  expect((await admin.follow(saved)).location).toBe(paths.twoFactor());
  await store.close();
});

test('who logged in a while ago is asked who it is, and keeps what was typed (ASVS 7.5.1)', async () => {
  const { text } = await ana.get(paths.settings());
  app.passTime(6 * MINUTE);
  const sent = await ana.post(paths.settings(), { ...fieldsOf(text), door_text: 'Kept\nwhole' });
  expect(sent.location).toBe(paths.recentLogin());
  const back = await ana.follow(await ana.submit(paths.recentLogin(), { password: PASSWORD }));
  expect(fieldsOf(back.text)).toMatchObject({ door_text: 'Kept\nwhole', shown_door_text: '' });
  expect(app.context.settings.doorText).toBe('');
});

test('the settings are for admins alone (ASVS 8.2.1)', async () => {
  const before = await readSettings(app.context.db);
  const mina = await signIn(app, 'mod-mina', 'moderator');
  const carol = await signIn(app, 'carol');
  for (const visitor of [mina, carol]) {
    expect((await visitor.get(paths.settings())).status).toBe(403);
    expect((await visitor.post(paths.settings(), { store_name: 'Mine' })).status).toBe(403);
  }
  expect(await readSettings(app.context.db)).toEqual(before);
  const denied = await app.context.db('audit_log').where('action', 'access.denied').pluck('actor_id');
  expect(new Set(denied).size).toBe(2);
});

test('the environment is told without passwords and keys', async () => {
  const facts = environmentFacts(
    {
      ...app.context.config,
      database: { dialect: 'postgres', url: 'postgres://store:hunter2@db.example.org:5433/gatehouse' },
      smtpUrl: 'smtps://mailer:hunter2@mail.example.org:465',
      mailFrom: undefined,
      publicUrl: new URL('https://user:hunter2@store.example.org'),
      trustProxy: ['loopback', '10.0.0.1'],
      allowedOrigins: ['https://shop.example.org', 'http://localhost:5173'],
      cookieDomain: 'example.org',
      tls: { cert: '/etc/tls/chain.pem', key: '/etc/tls/hunter2.pem' },
      httpPort: 80,
      workers: 4,
      logFile: '/var/log/gatehouse/store.log',
    },
    app.context.settings,
  );
  expect(Object.fromEntries(facts.map(({ variable, value }) => [variable, value]))).toMatchObject({
    DATABASE_URL: 'PostgreSQL, db.example.org:5433/gatehouse',
    SMTP_URL: 'mail.example.org:465',
    MAIL_FROM: 'Gatehouse <store@store.example.org>',
    PUBLIC_URL: 'https://store.example.org',
    TRUST_PROXY: 'loopback, 10.0.0.1',
    ALLOWED_ORIGINS: 'https://shop.example.org, http://localhost:5173',
    'SESSION_SAMESITE, COOKIE_DOMAIN': `lax, ${ENVIRONMENT_TEXTS.sharedHosts('example.org')}`,
    'TLS_CERT, HTTP_PORT': `/etc/tls/chain.pem, ${ENVIRONMENT_TEXTS.redirected(80)}`,
    WORKERS: '4',
    LOG_FILE: '/var/log/gatehouse/store.log',
  });
  expect(JSON.stringify(facts)).not.toContain('hunter2');
  const page = textOf((await ana.get(paths.settings())).text);
  expect(page).toContain('Certificate TLS_CERT, HTTP_PORT none, the store itself speaks http');
  expect(page).toContain('Processes WORKERS one');
  expect(page).toContain('Log LOG_FILE standard output');
  expect(page).toContain('Mail server SMTP_URL none, mails go into the data folder');
});
