import { NO_PASSWORD } from '../../src/accounts/users.table.ts';
import { paths } from '../../src/paths.ts';
import { DAY } from '../../src/shared/clock.ts';
import { setUpApp } from './authenticator-app.ts';
import { fill, send } from './door.ts';
import { PROGRAM_PAGES } from './program-pages.ts';
import { LONG_NAME, LONG_WORD, longAddress, longName, memberPage, type SitePage, show } from './site-page.ts';

/** A page that only somebody sees who has logged in a moment ago. */
function recentPage(name: string, path: string, rest: Partial<SitePage> = {}): SitePage {
  return {
    name,
    status: 200,
    async open({ page, logIn }) {
      await logIn(page, LONG_NAME);
      return show(page, path);
    },
    ...rest,
  };
}

/** A page of somebody who has two-factor on and has just shown a code. */
function factorPage(name: string, path: string, rest: Partial<SitePage> = {}): SitePage {
  return {
    name,
    status: 200,
    async open({ page, logIn }) {
      await logIn(page, longName(`${name.replaceAll(' ', '-')}-`));
      await setUpApp(page);
      return show(page, path);
    },
    ...rest,
  };
}

const TWO_FACTOR_PAGES: SitePage[] = [
  memberPage('two-factor off', paths.twoFactor(), { like: 'two-factor on' }),
  factorPage('two-factor on', paths.twoFactor()),
  recentPage('app set-up', paths.authenticatorApp()),
  factorPage('app removal', paths.removeAuthenticatorApp(), { like: 'two-factor on' }),
  factorPage('recovery codes', paths.recoveryCodes(), { like: 'two-factor on' }),
  {
    name: 'new recovery codes',
    status: 200,
    async open({ page, logIn }) {
      await logIn(page, longName('codes-'));
      await setUpApp(page);
      await page.goto(paths.recoveryCodes());
      return send(page, 'Make new recovery codes');
    },
  },
  memberPage('passkeys empty', paths.passkeys(), { like: 'passkeys' }),
  {
    name: 'passkeys',
    status: 200,
    async open({ page, enter, members }) {
      const name = longName('passkeys-');
      await enter(page, name);
      await members.addPasskey(name, LONG_WORD);
      return show(page, paths.passkeys());
    },
  },
  {
    name: 'passkey rename',
    status: 422,
    async open({ page, enter, members }) {
      const name = longName('rename-');
      await enter(page, name);
      await page.goto(paths.passkey(await members.addPasskey(name, LONG_WORD)));
      await fill(page, { Name: '' });
      return send(page, 'Save the name');
    },
    like: 'profile with errors',
  },
  {
    name: 'passkey removal',
    status: 200,
    async open({ page, logIn, members }) {
      const name = longName('removal-');
      await logIn(page, name);
      const id = await members.addPasskey(name, LONG_WORD);
      await members.changeSessions(name, { secondFactorAt: Date.now() });
      return show(page, paths.removePasskey(id));
    },
    like: 'passkeys',
  },
  {
    name: 'recent login',
    status: 422,
    async open({ page, logIn, members }) {
      const name = longName('recent-');
      await logIn(page, name);
      await setUpApp(page);
      await members.addPasskey(name, LONG_WORD);
      await page.goto(paths.recentLogin());
      return send(page, 'Go on');
    },
    like: 'second factor',
  },
];

const FEDERATION_PAGES: SitePage[] = [
  memberPage('identities empty', paths.identities(), { like: 'identities' }),
  {
    name: 'identities',
    status: 200,
    async open({ page, enter, members }) {
      const name = longName('identities-');
      await enter(page, name);
      await members.connect(name, longAddress(name));
      return show(page, paths.identities());
    },
  },
  recentPage('connecting', paths.newMemberIdentity('example-id'), { like: 'identities' }),
  {
    name: 'disconnecting',
    status: 200,
    async open({ page, logIn, members }) {
      const name = longName('disconnecting-');
      await logIn(page, name);
      return show(page, paths.removeIdentity(await members.connect(name, longAddress(name))));
    },
    like: 'identities',
  },
  {
    name: 'no password',
    status: 200,
    async open({ page, logIn, members }) {
      const name = longName('none-');
      await logIn(page, name);
      await members.change(name, { email: longAddress(name), passwordHash: NO_PASSWORD });
      return show(page, paths.password());
    },
    like: 'identities',
  },
  {
    name: 'recent login elsewhere',
    status: 200,
    async open({ page, logIn, members }) {
      const name = longName('fresh-');
      await logIn(page, name);
      await members.connect(name, name);
      await members.change(name, { passwordHash: NO_PASSWORD });
      return show(page, paths.recentLogin());
    },
    like: 'recent login',
  },
];

/** A member's pages about the own account. */
export const ACCOUNT_PAGES: SitePage[] = [
  {
    name: 'account overview',
    status: 200,
    async open({ page, enter, members }) {
      const name = longName('overview-');
      await members.change(name, { email: longAddress(name) });
      await enter(page, name);
      return show(page, paths.account());
    },
  },
  {
    name: 'profile with errors',
    status: 422,
    async open({ page, logIn, members }) {
      const name = longName('profile-');
      await members.change(name, { email: longAddress(name) });
      await members.makeLink(name, 'new-email', { email: longAddress('new') });
      await logIn(page, name);
      await page.goto(paths.profile());
      await fill(page, { 'New e-mail address': LONG_WORD });
      return send(page, 'Change the address');
    },
  },
  {
    name: 'password with errors',
    status: 422,
    async open({ page, enter }) {
      await enter(page, LONG_NAME);
      await page.goto(paths.password());
      await fill(page, { 'New password': 'x' });
      return send(page, 'Change the password');
    },
    like: 'profile with errors',
  },
  ...TWO_FACTOR_PAGES,
  ...FEDERATION_PAGES,
  {
    name: 'devices',
    status: 200,
    async open({ page, logIn, members }) {
      const name = longName('devices-');
      await logIn(page, name);
      await page.context().clearCookies();
      await logIn(page, name);
      await members.trustBrowsers(name, Date.now() + DAY);
      return show(page, paths.devices());
    },
  },
  {
    name: 'end others',
    status: 200,
    async open({ page, logIn }) {
      await logIn(page, LONG_NAME);
      await page.context().clearCookies();
      await logIn(page, LONG_NAME);
      return show(page, paths.endOtherDevices());
    },
    like: 'devices',
  },
  ...PROGRAM_PAGES,
  {
    name: 'activity',
    status: 200,
    async open({ page, enter, members }) {
      const name = longName('activity-');
      // More than one page of it.
      await members.makeHistory(name, 30);
      await enter(page, name);
      return show(page, paths.activity());
    },
  },
  memberPage('my data', paths.data(), { like: 'account overview' }),
  {
    name: 'closing',
    status: 422,
    async open({ page, logIn }) {
      await logIn(page, LONG_NAME);
      await page.goto(paths.closing());
      return send(page, 'Close my account');
    },
    like: 'profile with errors',
  },
  {
    name: 'interrupted form',
    status: 200,
    async open({ page, logIn, members }) {
      const name = longName('interrupted-');
      await logIn(page, name);
      const values = { username: LONG_WORD, email: longAddress(LONG_WORD.slice(64)) };
      const memberId = await members.idOf(name);
      await members.changeSessions(name, {
        interrupted: { memberId, path: paths.profile(), values, incomplete: false },
      });
      return show(page, paths.interruptedForm());
    },
    like: 'account overview',
  },
];
