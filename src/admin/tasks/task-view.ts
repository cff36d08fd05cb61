import { dayWords } from '../../accounts/dates.ts';
import { paths } from '../../paths.ts';
import { daysFrom, startOf } from '../../tasks/days.ts';
import type { TaskFilters } from '../../tasks/listing.ts';
import type { TaskPerson } from '../../tasks/people.table.ts';
import type { Task } from '../../tasks/tasks.table.ts';
import { fromList } from './addresses.ts';

const TEXTS = {
  nobody: 'nobody yet',
  you: 'you',
  left: 'somebody who left',
  notStaff: (name: string) => `${name} (no longer staff)`,
  done: 'Done',
  overdue: (days: number) => `Overdue for ${days === 1 ? '1 day' : `${days} days`}`,
  today: 'Due today',
  tomorrow: 'Due tomorrow',
  due: (day: string) => `Due ${day}`,
  assigned: (name: string) => `For ${name}`,
  added: (name: string, day: string) => `Added by ${name} on ${day}`,
  changed: (name: string, day: string) => `Changed by ${name} on ${day}`,
  finished: (name: string, day: string) => `Done by ${name} on ${day}`,
  complete: 'Complete',
  reopen: 'Reopen',
};

/** Who looks, when and in which language. */
export interface Looking {
  userId: number;
  /** Which day it is, in UTC. */
  today: string;
  locale: string;
}

/** What a page says of a person who has to do with a task. */
export function personWords(person: TaskPerson | null, { userId }: Pick<Looking, 'userId'>): string {
  if (person === null) return TEXTS.nobody;
  return person.id === userId ? TEXTS.you : (person.name ?? TEXTS.left);
}

/** The same of whom a task is given to, who may have left the staff since. */
export function assigneeWords(person: TaskPerson | null, looking: Pick<Looking, 'userId'>): string {
  const words = personWords(person, looking);
  return person === null || person.isStaff ? words : TEXTS.notStaff(words);
}

/** A day in words: `20 November 2026`. */
export function dueDayWords(day: string, locale: string): string {
  return dayWords(startOf(day), locale);
}

export interface TaskTag {
  text: string;
  /** Whether it asks for haste. */
  urgent: boolean;
}

/** How a task stands, where there is something to say: done, or due soon or too late. */
export function tagOf({ doneAt, dueOn }: Task, today: string): TaskTag | undefined {
  if (doneAt !== null) return { text: TEXTS.done, urgent: false };
  if (dueOn === null) return undefined;
  const days = daysFrom(today, dueOn);
  if (days < 0) return { text: TEXTS.overdue(-days), urgent: true };
  if (days === 0) return { text: TEXTS.today, urgent: true };
  return days === 1 ? { text: TEXTS.tomorrow, urgent: false } : undefined;
}

/** The button that takes a task further. */
export function stepOf({ id, doneAt }: Task, filters: TaskFilters) {
  return doneAt === null
    ? { label: TEXTS.complete, action: fromList(paths.completeTask(id), filters) }
    : { label: TEXTS.reopen, action: fromList(paths.reopenTask(id), filters) };
}

/** A task as a line of the list. */
export function rowView(task: Task, filters: TaskFilters, looking: Looking) {
  const { id, title, note, doneAt } = task;
  const tag = tagOf(task, looking.today);
  return {
    title,
    url: fromList(paths.task(id), filters),
    ...(doneAt === null
      ? { tag, facts: openFacts(task, tag !== undefined, looking) }
      : { facts: doneFact(task, looking) }),
    note: note.trim().split('\n', 1)[0],
    step: stepOf(task, filters),
  };
}

/** @param tagged whether the tag before it says already that the task is due */
function openFacts({ dueOn, assignee }: Task, tagged: boolean, looking: Looking): string {
  const assigned = TEXTS.assigned(assigneeWords(assignee, looking));
  if (dueOn === null) return assigned;
  const day = dueDayWords(dueOn, looking.locale);
  return `${tagged ? day : TEXTS.due(day)} · ${assigned}`;
}

function doneFact({ doneBy, doneAt }: Task, looking: Looking): string {
  if (doneAt === null) return '';
  return TEXTS.finished(personWords(doneBy, looking), dayWords(doneAt, looking.locale));
}

/** What a task's own page says of it beside its form. */
export function factsOf(task: Task, looking: Looking): string {
  const { createdAt, createdBy, updatedAt, updatedBy, version } = task;
  const added = TEXTS.added(personWords(createdBy, looking), dayWords(createdAt, looking.locale));
  const changed = TEXTS.changed(personWords(updatedBy, looking), dayWords(updatedAt, looking.locale));
  return [added, version > 1 && changed, doneFact(task, looking)].filter(Boolean).join(' · ');
}
