import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { paths } from '../../paths.ts';
import { findPeople } from '../../tasks/assignees.table.ts';
import { findTaskPage, LONGEST_SEARCH, readTaskFilters, SHOWS, type Show } from '../../tasks/task-list.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { paginate } from '../../web/pagination.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { LIST_ANCHOR } from './task-actions.page.ts';
import { assigneeOptions } from './task-fields.ts';
import { fromList, listUrl } from './task-requests.http.ts';
import { assigneeText, rowView } from './task-view.ts';

const TEXTS = {
  title: 'Tasks',
  search: 'Search',
  assignee: 'For',
  anybody: 'Anybody',
  shows: { open: 'Open', mine: 'My tasks', overdue: 'Overdue', done: 'Done', all: 'All' },
  summary: (count: number) => (count === 1 ? '1 task' : `${count} tasks`),
};

/** The staff's to-do list. */
export function taskListPage(context: AdminContext) {
  const { db, config } = context;

  return {
    async get(req: Request, res: Response): Promise<void> {
      const { id: userId } = memberOf(req);
      const found = await findTaskPage(context, userId, readTaskFilters(req.query));
      const { filters, counts, pageCount, today } = found;
      const { show, q, assignee } = filters;
      const viewer = { userId, today, locale: config.storeLocale };
      const fields = await searchFields(userId, show, assignee);
      return renderAdminPage(res, 'tasks', 'tasks/list', {
        title: TEXTS.title,
        newTask: fromList(paths.newTask(), filters),
        form: formView(paths.tasks(), fields, { ...filters, assignee: String(assignee ?? '') }),
        shows: SHOWS.map((each) => ({
          label: TEXTS.shows[each],
          count: counts[each],
          url: listUrl({ show: each, q, assignee }),
          current: each === show,
        })),
        anchor: LIST_ANCHOR,
        summary: TEXTS.summary(counts[show]),
        tasks: found.tasks.map((task) => rowView(task, filters, viewer)),
        openTasks: listUrl(),
        pagination: paginate(filters.page, pageCount, (page) => listUrl({ ...filters, page })),
      });
    },
  };

  /** @param assignee whom the tasks are given to that are shown: a choice also when they left the staff */
  async function searchFields(
    userId: number,
    show: Show,
    assignee: number | undefined,
  ): Promise<Record<string, FieldSpec>> {
    const fields: Record<string, FieldSpec> = {
      show: { label: '', type: 'hidden' },
      q: { label: TEXTS.search, maxlength: LONGEST_SEARCH, autocomplete: 'off', required: false },
    };
    if (show === 'mine') return fields;
    const options = [{ value: '', label: TEXTS.anybody }, ...(await assigneeOptions(db, userId))];
    if (assignee !== undefined && !options.some(({ value }) => value === String(assignee))) {
      const person = (await findPeople(db, [assignee])).get(assignee);
      if (person) options.push({ value: String(assignee), label: assigneeText(person, userId) });
    }
    return { ...fields, assignee: { label: TEXTS.assignee, type: 'select', options, required: false } };
  }
}
