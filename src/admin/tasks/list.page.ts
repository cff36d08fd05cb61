import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { paths } from '../../paths.ts';
import { findTaskPage, LONGEST_SEARCH, readTaskFilters } from '../../tasks/task-list.ts';
import { findPeople, listAssignees, SHOWS } from '../../tasks/tasks.table.ts';
import { type FieldSpec, formView, hiddenFields } from '../../web/forms.ts';
import { paginate } from '../../web/pagination.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { LIST_ANCHOR } from './task-actions.page.ts';
import { assigneeField, fromList, listUrl, rowView } from './task-view.ts';

const TEXTS = {
  title: 'Tasks',
  search: 'Search',
  anybody: 'Anybody',
  shows: { open: 'Open', mine: 'My tasks', overdue: 'Overdue', done: 'Done', all: 'All' },
  summary: (count: number) => (count === 1 ? '1 task' : `${count} tasks`),
};

/** The staff's to-do list. */
export function taskListPage(context: AdminContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const { id: userId } = memberOf(req);
      const found = await findTaskPage(context, userId, readTaskFilters(req.query));
      const { filters, counts, pageCount, today } = found;
      const { show, q, assignee } = filters;
      const viewer = { userId, today, locale: context.config.storeLocale };
      const fields: Record<string, FieldSpec> = {
        ...hiddenFields(['show']),
        q: { label: TEXTS.search, maxlength: LONGEST_SEARCH, autocomplete: 'off', required: false },
      };
      if (show !== 'mine') {
        const staff = await listAssignees(context.db);
        const people = await findPeople(context.db, assignee === undefined ? [] : [assignee]);
        fields.assignee = assigneeField(staff, userId, TEXTS.anybody, [...people.values()][0]);
      }
      return renderAdminPage(res, 'tasks/list', {
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
}
