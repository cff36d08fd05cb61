import { paths } from '../../src/paths.ts';
import { type Actor, addTask, deleteTask, updateTask } from '../../src/tasks/tasks.ts';
import { fill, send } from './door.ts';
import { MEMBER_PAGES } from './member-pages.ts';
import type { Members } from './members.ts';
import {
  ADMIN,
  LONG_WORD,
  longAddress,
  longName,
  MODERATOR,
  officePage,
  type SitePage,
  show,
  type Visit,
} from './site-page.ts';
import { sendUnseen } from './unseen.ts';

const LONG_TITLE = LONG_WORD + 'm'.repeat(20);
const LAST_YEAR = '2025-12-31';

async function actorOf(members: Members): Promise<Actor> {
  return { id: await members.idOf(ADMIN), role: 'admin' };
}

/** Adds a task that is overdue, with long texts, for somebody with a long name. @returns its id */
async function addLongTask({ members }: Pick<Visit, 'members'>, title = LONG_TITLE): Promise<number> {
  const actor = await actorOf(members);
  const values = { title, note: LONG_WORD, assignee_id: String(actor.id), due_on: LAST_YEAR };
  const added = await addTask(members.context, actor, values);
  if (!added.ok) throw new Error(`The task was not added: ${added.problem}.`);
  return added.id;
}

const TASK_PAGES: SitePage[] = [
  officePage('tasks', paths.tasks(), {
    async prepare(visit) {
      // More than one page of them.
      for (let count = 1; count <= 26; count += 1) await addLongTask(visit);
    },
  }),
  officePage('no tasks', `${paths.tasks()}?show=mine`, { as: MODERATOR, like: 'empty search' }),
  {
    name: 'new task',
    status: 422,
    async open({ page, enterOffice }) {
      await enterOffice(page, ADMIN);
      await page.goto(paths.newTask());
      return send(page, 'Add the task');
    },
    like: 'changed task',
  },
  {
    name: 'changed task',
    status: 422,
    async open({ page, enterOffice, members }) {
      const id = await addLongTask({ members });
      await enterOffice(page, ADMIN);
      await page.goto(paths.task(id));
      const input = { title: 'Sweep', note: LONG_WORD.repeat(3), assignee_id: '', due_on: '' };
      await updateTask(members.context, await actorOf(members), id, { input });
      await fill(page, { Title: LONG_WORD });
      return send(page, 'Save');
    },
  },
  {
    name: 'deleted task',
    status: 404,
    async open({ page, enterOffice, members }) {
      const id = await addLongTask({ members });
      await enterOffice(page, ADMIN);
      await page.goto(paths.task(id));
      await deleteTask(members.context, await actorOf(members), id);
      return send(page, 'Save');
    },
    like: 'changed task',
  },
  {
    name: 'deletion of a task',
    status: 200,
    async open({ page, enterOffice, members }) {
      const id = await addLongTask({ members });
      await enterOffice(page, ADMIN);
      return show(page, paths.deleteTask(id));
    },
    like: 'role change',
  },
];

/** Waits for a mail to a long address. @returns the name of its file */
async function mailToLongAddress({ page, enter, members, mailbox }: Visit): Promise<string> {
  const name = longName('mailed-');
  const email = longAddress(name);
  await members.change(name, { email });
  await enter(page, name);
  await sendUnseen(page, paths.account(), {}, paths.verificationMail());
  return (await mailbox.mail(email, 'Please confirm your e-mail address')).name;
}

const AUDITED = longName('audited-');

/** The back office, and what only those see who try the store out. */
export const ADMIN_PAGES: SitePage[] = [
  officePage('back office', paths.admin()),
  officePage('back office of a moderator', paths.admin(), { as: MODERATOR, like: 'back office' }),
  officePage('not for moderators', paths.audit(), { as: MODERATOR, status: 403, like: 'page not found' }),
  ...MEMBER_PAGES,
  ...TASK_PAGES,
  officePage('audit log', `${paths.audit()}?whom=${AUDITED}`, {
    // More than one page of it.
    prepare: ({ members }) => members.makeHistory(AUDITED, 60),
  }),
  officePage('audit log without a find', `${paths.audit()}?who=${LONG_WORD}`, { like: 'audit log' }),
  officePage('audit export', paths.exportAudit(), { like: 'role change' }),
  {
    name: 'settings',
    status: 422,
    async open({ page, enterOffice, setSettings }) {
      await enterOffice(page, ADMIN);
      await page.goto(paths.settings());
      await setSettings({ door_text: LONG_WORD, support_address: longAddress('help') });
      await fill(page, { 'Text at the door': 'Closed.' });
      return send(page, 'Save');
    },
  },
  officePage('mails', paths.mails(), {
    prepare: ({ members }) => members.failMail(AUDITED, `550 5.1.1 ${LONG_WORD}`),
    like: 'waiting members',
  }),
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
