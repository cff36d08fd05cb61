import type { User } from '../../../accounts/users.table.ts';
import { paths } from '../../../paths.ts';
import { canDeleteTasks, canWorkOnTasks } from '../../../permissions.ts';
import { hashToken } from '../../../shared/crypto/random-token.ts';
import { findTasks } from '../../../tasks/task-list.ts';
import { findTask, type Task } from '../../../tasks/tasks.table.ts';
import { addTask, deleteTask, updateTask } from '../../../tasks/tasks.ts';
import type { SubmittedForm } from '../../../web/submit-once.ts';
import type { ApiContext } from '../../api-context.ts';
import { entityTagOf, isMatch, taggedAnswers, taggedReply } from '../entity-tags.ts';
import { idParams } from '../fields.ts';
import { listReply, listSchema, NEXT_LINK } from '../lists.ts';
import { type Operation, operation, type Reply } from '../operation.ts';
import { ApiProblem, refused } from '../problem-details.ts';
import { COUNT_THE_SHELVES, taskChanges, taskForm, taskQuery, taskSchema, taskView } from './task-view.ts';

const TEXTS = {
  deletedSince: 'A task was added with this key, and deleted since.',
};

const ORDER_PAPER = { title: 'Order paper', note: 'Two boxes.', assignee_id: 3, due_on: '2026-12-01' };

/** An answer with a task, for the documentation. */
const taskAnswer = (description: string, headers: Record<string, string> = {}) => ({
  description,
  schema: taskSchema,
  headers: { ETag: 'For If-Match, when you change it.', ...headers },
});

/** The to-do list of the staff. */
export function taskOperations(context: ApiContext): Operation[] {
  const { db } = context;
  const tag = 'Tasks';
  const reading = { scope: 'tasks:read', may: canWorkOnTasks } as const;
  const writing = { scope: 'tasks:write', may: canWorkOnTasks } as const;

  return [
    operation('GET /tasks', {
      id: 'listTasks',
      tag,
      summary: 'List the tasks',
      description:
        'Open ones come by the day they are due, those without a day last, newer ones first; done ones behind them, last done first.',
      access: reading,
      query: taskQuery,
      responses: {
        200: {
          description: 'Some of the tasks.',
          schema: listSchema('Tasks', taskSchema),
          headers: NEXT_LINK,
        },
      },
      examples: [
        { query: { show: 'open' }, status: 200, response: { data: [COUNT_THE_SHELVES], next_cursor: null } },
      ],
      async handle({ query: { limit, cursor, assignee_id: assignee, ...search }, url }, { user }) {
        const slice = { after: cursor, limit: limit + 1 };
        const found = await findTasks(context, user.id, { ...search, assignee }, slice);
        return listReply(url, { found, limit }, taskView, ({ position, id }) => ({ position, id }));
      },
    }),
    operation('POST /tasks', {
      id: 'addTask',
      tag,
      summary: 'Add a task',
      access: writing,
      body: taskForm,
      idempotencyKey: true,
      responses: { 201: taskAnswer('The new task.', { Location: 'Where it is.' }) },
      problems: ['conflict'],
      examples: [
        {
          body: ORDER_PAPER,
          status: 201,
          response: {
            ...COUNT_THE_SHELVES,
            ...ORDER_PAPER,
            id: 2,
            assignee: { id: 3, username: 'mod-mina' },
          },
        },
      ],
      async handle({ body, client, idempotencyKey }, { user }) {
        const form = keyedForm(user, idempotencyKey);
        const outcome = await addTask(context, { ...user, client }, body, form);
        if (!outcome.ok) throw refused(outcome);
        const task = await findTask(db, outcome.id);
        if (!task) throw new ApiProblem('conflict', TEXTS.deletedSince);
        return { ...taskReply(task), status: 201, location: `${paths.api()}/tasks/${task.id}` };
      },
    }),
    operation('GET /tasks/{id}', {
      id: 'getTask',
      tag,
      summary: 'Read a task',
      access: { ...reading, orScope: 'tasks:write' },
      params: idParams,
      responses: taggedAnswers(taskAnswer('The task.')),
      problems: ['not-found'],
      examples: [{ params: { id: 1 }, status: 200, response: COUNT_THE_SHELVES }],
      async handle({ params }) {
        const task = await findTask(db, params.id);
        if (!task) throw new ApiProblem('not-found');
        return taskReply(task);
      },
    }),
    operation('PATCH /tasks/{id}', {
      id: 'changeTask',
      tag,
      summary: 'Change a task, mark it as done, or open it again',
      description: 'What is left out stays as it is.',
      access: writing,
      params: idParams,
      body: taskChanges,
      ifMatch: 'required',
      responses: { 200: taskAnswer('The task, changed.') },
      problems: ['not-found'],
      examples: [
        {
          params: { id: 1 },
          body: { done: true },
          status: 200,
          response: {
            ...COUNT_THE_SHELVES,
            done: true,
            done_at: '2026-11-20T11:00:00.000Z',
            done_by: { id: 1, username: 'ana' },
          },
        },
      ],
      async handle({ params, body: { done, ...body }, client, ifMatch }, { user }) {
        const change = { input: body, done };
        const actor = { ...user, client };
        const outcome = await updateTask(context, actor, params.id, change, isMatched(ifMatch));
        if (!outcome.ok) throw refused(outcome);
        return taskReply(outcome.task);
      },
    }),
    operation('DELETE /tasks/{id}', {
      id: 'deleteTask',
      tag,
      summary: 'Delete a task',
      description: 'Only administrators do that. A deleted task does not come back.',
      access: { scope: 'tasks:write', may: canDeleteTasks },
      params: idParams,
      ifMatch: 'optional',
      responses: { 204: { description: 'Deleted.' } },
      problems: ['not-found'],
      examples: [{ params: { id: 1 }, status: 204 }],
      async handle({ params, client, ifMatch }, { user }) {
        const actor = { ...user, client };
        const outcome = await deleteTask(context, actor, params.id, isMatched(ifMatch));
        if (!outcome.ok) throw refused(outcome);
        return { status: 204 };
      },
    }),
  ];
}

const taskReply = (task: Task): Reply => taggedReply(taskView(task));

/** Whether a task is what the sender of If-Match has read. */
function isMatched(ifMatch: string | undefined) {
  return (task: Task) => isMatch(ifMatch, entityTagOf(taskView(task)));
}

function keyedForm({ id }: User, key: string | undefined): SubmittedForm | undefined {
  return key ? { userId: id, keyHash: hashToken(JSON.stringify([id, 'addTask', key])) } : undefined;
}
