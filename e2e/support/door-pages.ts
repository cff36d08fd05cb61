import type { LinkPurpose } from '../../src/accounts/links.ts';
import { paths } from '../../src/paths.ts';
import { DAY } from '../../src/shared/clock.ts';
import { setUpApp } from './authenticator-app.ts';
import { fill, send, sendLogin } from './door.ts';
import { LONG_WORD, longAddress, longName, type SitePage, show, type Visit } from './site-page.ts';

/** A page that a mailed link opens, which belongs to somebody with a long name and a long address. */
function linkPage(
  name: string,
  purpose: LinkPurpose,
  path: (token: string) => string,
  { end, ...rest }: Partial<SitePage> & { end?: string } = {},
): SitePage {
  const member = longName(`${purpose}-`);
  return {
    name,
    status: 200,
    async open({ page, members }) {
      await members.change(member, { email: longAddress(member) });
      const link = path(await members.makeLink(member, purpose));
      return show(page, link, end);
    },
    ...rest,
  };
}

/** Comes from the provider for the first time. */
function arrive({ page, provider }: Visit, subject: string, email: string) {
  provider.people.set(subject, { email, email_verified: true });
  provider.person = subject;
  return show(page, paths.providerLogin('example-id'), paths.newIdentity());
}

/** The pages of those who are not in. */
export const DOOR_PAGES: SitePage[] = [
  { name: 'login', status: 200, open: ({ page }) => page.goto(paths.store()) },
  {
    name: 'refused login',
    status: 422,
    async open({ page }) {
      await page.goto(paths.login());
      await fill(page, { 'Username or e-mail': LONG_WORD, Password: 'x' });
      return send(page, 'Log in');
    },
  },
  {
    name: 'second factor',
    status: 422,
    async open({ page, logIn, members }) {
      const name = longName('factor-');
      await logIn(page, name);
      await setUpApp(page);
      await members.addPasskey(name, 'Laptop');
      await page.context().clearCookies();
      await page.goto(paths.login());
      await sendLogin(page, await members.get(name));
      return send(page, 'Log in');
    },
  },
  { name: 'register', status: 200, open: ({ page }) => show(page, paths.register()) },
  {
    name: 'register with errors',
    status: 422,
    async open({ page }) {
      await page.goto(paths.register());
      await fill(page, { Username: LONG_WORD, 'E-mail address': LONG_WORD, Password: 'x' });
      return send(page, 'Register');
    },
  },
  {
    name: 'new identity',
    status: 422,
    async open(visit) {
      await arrive(visit, 'new', longAddress('newcomer'));
      await fill(visit.page, { Username: LONG_WORD });
      return send(visit.page, 'Make my account');
    },
  },
  {
    name: 'identity of a member',
    status: 200,
    async open(visit) {
      const name = longName('claimed-');
      const email = longAddress(name);
      await visit.members.change(name, { email, emailVerifiedAt: Date.now() });
      return arrive(visit, name, email);
    },
    like: 'new identity',
  },
  {
    name: 'identity with an account',
    status: 200,
    async open(visit) {
      const name = longName('doubtful-');
      await visit.members.change(name, { email: longAddress(name) });
      return arrive(visit, name, longAddress(name));
    },
    like: 'new identity',
  },
  {
    name: 'set-up',
    status: 200,
    open: async ({ page, openStore }) => page.goto((await openStore()).setupUrl),
    like: 'register',
  },
  {
    name: 'stale form',
    status: 403,
    async open({ page }) {
      await page.goto(paths.register());
      await page.context().clearCookies();
      return send(page, 'Register');
    },
  },
  {
    name: 'waiting',
    status: 200,
    async open({ page, enter, members, setSettings }) {
      const name = longName('waiting-');
      await members.change(name, { email: longAddress(name) });
      await enter(page, name);
      await members.change(name, { approvedAt: null });
      await setSettings({ membership: 'approval' });
      return show(page, paths.waiting());
    },
    like: 'verify e-mail',
  },
  {
    name: 'forgotten password',
    status: 422,
    async open({ page }) {
      await page.goto(paths.forgotPassword());
      await fill(page, { 'E-mail address of your account': LONG_WORD });
      return send(page, 'Send the link');
    },
    like: 'refused login',
  },
  linkPage('reset password', 'reset-password', paths.resetLink, {
    end: paths.resetPassword(),
    like: 'register',
  }),
  linkPage('verify e-mail', 'verify-email', paths.verifyEmail),
  linkPage('new e-mail', 'new-email', paths.confirmNewEmail, { like: 'verify e-mail' }),
  linkPage('old e-mail', 'old-email', paths.undoNewEmail, { like: 'verify e-mail' }),
  linkPage('not me', 'not-me', paths.notMe, { like: 'verify e-mail' }),
  {
    name: 'come back',
    status: 200,
    async open({ page, members }) {
      const name = longName('gone-');
      await members.change(name, { closingAt: Date.now() + DAY });
      return show(page, paths.comeBack(await members.makeLink(name, 'come-back')));
    },
    like: 'verify e-mail',
  },
  {
    name: 'dead link',
    status: 404,
    open: ({ page }) => show(page, paths.verifyEmail('A'.repeat(43))),
    like: 'page not found',
  },
];
