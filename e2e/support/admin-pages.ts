import { paths } from '../../src/paths.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { setUpApp } from './authenticator-app.ts';
import { sendLogin } from './door.ts';
import { PASSWORD } from './members.ts';
import { longAddress, longName, type SitePage, show, type Visit } from './site-page.ts';
import { sendUnseen } from './unseen.ts';

/** Lets an admin in, who has the second factor that the back office asks for. */
async function enterAsAdmin({ page, logIn }: Visit, name: string): Promise<void> {
  await logIn(page, longName(`admin-${name}-`));
  await setUpApp(page);
}

/** Waits for a mail to a long address. @returns the name of its file */
async function mailToLongAddress({ page, enter, members, mailbox }: Visit): Promise<string> {
  const name = longName('mailed-');
  const email = longAddress(name);
  await members.change(name, { email });
  await enter(page, name);
  await sendUnseen(page, paths.account(), {}, paths.verificationMail());
  return (await mailbox.mail(email, 'Please confirm your e-mail address')).name;
}

/** The back office, and what only those see who try the store out. */
export const ADMIN_PAGES: SitePage[] = [
  {
    name: 'back office',
    status: 200,
    async open(visit) {
      await enterAsAdmin(visit, 'index');
      return show(visit.page, paths.admin());
    },
    like: 'waiting members',
  },
  {
    name: 'no waiting members',
    status: 200,
    async open(visit) {
      await enterAsAdmin(visit, 'waiting');
      return show(visit.page, paths.waitingMembers());
    },
    like: 'empty search',
  },
  {
    name: 'waiting members',
    status: 200,
    async open({ page, openStore }) {
      const store = await openStore({ MEMBERSHIP: 'approval', REQUIRE_2FA: 'none' });
      const secret = { password: PASSWORD, password_confirmation: PASSWORD };
      const account = (username: string) => ({ username, email: longAddress(username), ...secret });
      const visitor = new Visitor(store.url);
      await visitor.submit(paths.register(), account(longName('newcomer-')));
      await visitor.submit(new URL(store.setupUrl).pathname, account(longName('ana-')));
      await page.goto(store.url + paths.login());
      await sendLogin(page, { name: longName('ana-'), password: PASSWORD });
      return show(page, store.url + paths.waitingMembers());
    },
  },
  {
    name: 'trial mails',
    status: 200,
    async open(visit) {
      await mailToLongAddress(visit);
      return show(visit.page, paths.devOutbox());
    },
    like: 'waiting members',
  },
  {
    name: 'trial mail',
    status: 200,
    async open(visit) {
      return show(visit.page, paths.devMail(await mailToLongAddress(visit)));
    },
    like: 'waiting members',
  },
];
