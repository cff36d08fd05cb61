import { paths } from '../../src/paths.ts';
import { setUpApp } from './authenticator-app.ts';
import { longAddress, longName, type SitePage, type Visit } from './site-page.ts';
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
      return visit.page.goto(paths.admin());
    },
  },
  {
    name: 'waiting members',
    status: 200,
    async open(visit) {
      const name = longName('newcomer-');
      await visit.members.change(name, { email: longAddress(name), approvedAt: null });
      await enterAsAdmin(visit, 'waiting');
      return visit.page.goto(paths.waitingMembers());
    },
  },
  {
    name: 'trial mails',
    status: 200,
    async open(visit) {
      await mailToLongAddress(visit);
      return visit.page.goto(paths.devOutbox());
    },
  },
  {
    name: 'trial mail',
    status: 200,
    async open(visit) {
      return visit.page.goto(paths.devMail(await mailToLongAddress(visit)));
    },
    like: 'trial mails',
  },
];
