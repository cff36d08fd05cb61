import type { Request, Response } from 'express';
import type { User } from '../../accounts/users.table.ts';
import type { FieldErrors } from '../../input.ts';
import { paths } from '../../paths.ts';
import { listTasks, readTaskFilters, SHOWS, type Show, type TaskList } from '../../tasks/listing.ts';
import { makeToken } from '../../tokens.ts';
import { takeDraft } from '../../web/drafts.ts';
import { formView } from '../../web/forms.ts';
import { paginate } from '../../web/pagination.ts';
import type { AdminContext } from '../admin-context.ts';
import { showRoom } from '../back-office.page.ts';
import { takeNewTask } from './adding.page.ts';
import { fromList, LIST_ANCHOR, listUrl } from './addresses.ts';
import { HIDDEN, TITLE_FIELD } from './task-fields.ts';
import { rowView } from './task-view.ts';

const TEXTS = {
  title: 'Tasks',
  quick: { label: 'New task', labelMine: 'New task for you' },
  shows: { open: 'Open', mine: 'My tasks', overdue: 'Overdue', done: 'Done', all: 'All' },
  summaries: {
    open: ({ open, overdue }) =>
      `${tasks(open, 'open ')}${overdue > 0 ? `, ${overdue} of them overdue` : ''}`,
    mine: ({ mine }) => `${tasks(mine, 'open ')} for you`,
    overdue: ({ overdue }) => tasks(overdue, 'overdue '),
    done: ({ done }) => tasks(done, 'done '),
    all: ({ all, open }) => `${tasks(all)}, ${open} of them open`,
  } satisfies Record<Show, (counts: Record<Show, number>) => string>,
  nothingYet: {
    title: 'No tasks yet',
    message:
      'What the staff have to do stands here until it is done. Add the first task above, or with all that belongs to it:',
    label: 'Add a task',
    url: paths.newTask(),
  },
  empty: {
    open: {
      title: 'All is done',
      message: 'Nothing is open. What somebody adds stands here until it is done.',
      label: 'Show what was done',
      url: listUrl({ show: 'done' }),
    },
    mine: {
      title: 'Nothing for you',
      message: 'Open tasks that are given to you stand here. Somebody may be glad of help with another one.',
      label: 'Show all open tasks',
      url: listUrl(),
    },
    overdue: {
      title: 'Nothing is overdue',
      message: 'Open tasks stand here when the day they are due is over.',
      label: 'Show all open tasks',
      url: listUrl(),
    },
    done: {
      title: 'Nothing is done yet',
      message: 'Tasks stand here once they are completed, and can be opened again.',
      label: 'Show all open tasks',
      url: listUrl(),
    },
  },
};

function tasks(count: number, kind = ''): string {
  return `${count} ${kind}${count === 1 ? 'task' : 'tasks'}`;
}

/** The staff's to-do list, with a form on top that adds to it. */
export function taskListPage(context: AdminContext) {
  const { config } = context;

  async function show(req: Request, res: Response, typed: Record<string, unknown>, errors: FieldErrors = {}) {
    const { id: userId } = req.user as User;
    const list = await listTasks(context, userId, readTaskFilters(req.query));
    const { filters, counts, pageCount, today } = list;
    const mine = filters.show === 'mine';
    const { label, labelMine } = TEXTS.quick;
    const fields = {
      title: { ...TITLE_FIELD, label: mine ? labelMine : label },
      form_key: HIDDEN,
      assignee_id: HIDDEN,
    };
    const own = { form_key: makeToken(), assignee_id: mine ? String(userId) : '' };
    return showRoom(res, 'tasks', 'tasks/list', {
      title: TEXTS.title,
      form: formView(fromList(paths.tasks(), filters), fields, { ...own, title: typed.title }, errors),
      newTask: fromList(paths.newTask(), filters),
      shows: SHOWS.map((show) => ({
        label: TEXTS.shows[show],
        count: counts[show],
        url: listUrl({ show }),
        current: show === filters.show,
      })),
      anchor: LIST_ANCHOR,
      summary: TEXTS.summaries[filters.show](counts),
      tasks: list.tasks.map((task) => rowView(task, filters, { userId, today, locale: config.storeLocale })),
      empty: emptyOf(list),
      pagination: paginate(filters.page, pageCount, (page) => listUrl({ ...filters, page })),
    });
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(req, res, takeDraft(req)),

    /** Adds a task with nothing but a title; on one's own list it is one's own. */
    post: takeNewTask(context, show),
  };
}

function emptyOf({ tasks, filters, counts }: TaskList) {
  if (tasks.length > 0) return undefined;
  return counts.all === 0 || filters.show === 'all' ? TEXTS.nothingYet : TEXTS.empty[filters.show];
}
