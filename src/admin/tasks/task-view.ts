import { paths } from '../../paths.ts';
import { formatDay } from '../../shared/format/dates.ts';
import { readTaskFilters, type TaskFilters } from '../../tasks/task-list.ts';
import { startOf, type Task, type TaskPerson } from '../../tasks/tasks.table.ts';
import type { FieldSpec } from '../../web/forms.ts';

export const TEXTS = {
  nobody: 'nobody yet',
  you: 'you',
  left: 'somebody who left',
  notStaff: (name: string) => `${name} (no longer staff)`,
  done: 'Done',
  overdue: 'Overdue',
  today: 'Today',
  due: (day: string) => `Due ${day}`,
  assigned: (name: string) => `For ${name}`,
  added: (name: string, day: string) => `Added by ${name} on ${day}`,
  changed: (name: string, day: string) => `Changed by ${name} on ${day}`,
  finished: (name: string, day: string) => `Done by ${name} on ${day}`,
  complete: 'Complete',
  reopen: 'Reopen',
  assignee: 'For',
  choiceOfYou: (name: string) => `${name} (you)`,
};

/** Who looks, when and in which language. */
export interface Viewer {
  userId: number;
  /** Which day it is, in UTC. */
  today: string;
  locale: string;
}

/** What the list shows when nothing is asked of it; it stays out of addresses. */
const DEFAULTS = readTaskFilters({});

/**
 * The address of a page of a task, or of something done to one, that remembers which list it was reached from: as
 * filters, not as a path to go back to, so there is none that could lead elsewhere.
 */
export function fromList(path: string, filters: TaskFilters): string {
  const query = new URLSearchParams();
  for (const name of ['show', 'q', 'assignee', 'page'] as const) {
    if (filters[name] !== DEFAULTS[name]) query.set(name, String(filters[name]));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The list with these filters. */
export function listUrl(filters: Partial<TaskFilters> = {}): string {
  return fromList(paths.tasks(), { ...DEFAULTS, ...filters });
}

export function personText(person: TaskPerson | null, userId: number): string {
  if (person === null) return TEXTS.nobody;
  return person.id === userId ? TEXTS.you : (person.name ?? TEXTS.left);
}

/** The same of whom a task is given to, who may have left the staff since. */
export function assigneeText(person: TaskPerson | null, userId: number): string {
  const name = personText(person, userId);
  return person === null || person.isStaff ? name : TEXTS.notStaff(name);
}

/**
 * The choice of those who can be given a task.
 *
 * @param none what it means that nobody is chosen
 * @param present stays a choice, also when they left the staff
 */
export function assigneeField(
  staff: readonly { id: number; name: string }[],
  userId: number,
  none: string,
  present?: TaskPerson | null,
): FieldSpec {
  const options = staff.map(({ id, name }) => ({
    value: String(id),
    label: id === userId ? TEXTS.choiceOfYou(name) : name,
  }));
  if (present && !staff.some(({ id }) => id === present.id)) {
    options.push({ value: String(present.id), label: assigneeText(present, userId) });
  }
  return {
    label: TEXTS.assignee,
    type: 'select',
    options: [{ value: '', label: none }, ...options],
    required: false,
  };
}

/** `20 November 2026` */
export function dueDayText(day: string, locale: string): string {
  return formatDay(startOf(day), locale);
}

/** How a task stands, where there is something to say. @property urgent whether it asks for haste */
export function tagOf({ doneAt, dueOn }: Task, today: string): { text: string; urgent: boolean } | undefined {
  if (doneAt !== null) return { text: TEXTS.done, urgent: false };
  if (dueOn === null || dueOn > today) return undefined;
  return { text: dueOn < today ? TEXTS.overdue : TEXTS.today, urgent: true };
}

/** The button that takes a task further. */
export function actionOf({ id, doneAt }: Task, filters: TaskFilters) {
  return doneAt === null
    ? { label: TEXTS.complete, path: fromList(paths.completeTask(id), filters) }
    : { label: TEXTS.reopen, path: fromList(paths.reopenTask(id), filters) };
}

/** A task as a line of the list. */
export function rowView(task: Task, filters: TaskFilters, viewer: Viewer) {
  const { title, dueOn, assignee, doneAt } = task;
  const due = dueOn === null ? [] : [TEXTS.due(dueDayText(dueOn, viewer.locale))];
  const openFacts = [...due, TEXTS.assigned(assigneeText(assignee, viewer.userId))].join(' · ');
  return {
    title,
    url: fromList(paths.task(task.id), filters),
    tag: doneAt === null ? tagOf(task, viewer.today) : undefined,
    facts: doneAt === null ? openFacts : doneFact(task, viewer),
    note: task.note.trim().split('\n', 1)[0],
    action: actionOf(task, filters),
  };
}

function doneFact({ doneBy, doneAt }: Task, { userId, locale }: Viewer): string {
  return doneAt === null ? '' : TEXTS.finished(personText(doneBy, userId), formatDay(doneAt, locale));
}

/** What a task's own page says of it beside its form. */
export function factsOf(task: Task, viewer: Viewer): string {
  const { createdAt, createdBy, updatedAt, updatedBy, version } = task;
  const { userId, locale } = viewer;
  const added = TEXTS.added(personText(createdBy, userId), formatDay(createdAt, locale));
  const changed = TEXTS.changed(personText(updatedBy, userId), formatDay(updatedAt, locale));
  return [added, version > 1 && changed, doneFact(task, viewer)].filter(Boolean).join(' · ');
}
