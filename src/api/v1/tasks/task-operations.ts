import type { ClientInfo } from '../../../accounts/account-context.ts';
import type { User } from '../../../accounts/users.table.ts';
import { paths } from '../../../paths.ts';
import { canDeleteTasks, canWorkOnTasks } from '../../../permissions.ts';
import { hashToken } from '../../../shared/crypto/random-token.ts';
import { findTask, type Task } from '../../../tasks/tasks.table.ts';
import { type Actor, addTask, deleteTask, updateTask } from '../../../tasks/tasks.ts';
import type { SubmittedForm } from '../../../web/submit-once.ts';
import type { ApiContext } from '../../api-context.ts';
import { entityTagOf, isMatch } from '../entity-tags.ts';
import { idParams } from '../fields.ts';
import { listSchema, NEXT_LINK } from '../lists.ts';
import { type Operation, operation, type Reply } from '../operation.ts';
import { ApiProblem, invalidInput } from '../problem-details.ts';
import { listTasks, taskQuery } from './task-list.ts';
import { COUNT_THE_SHELVES, formOf, taskChanges, taskForm, taskSchema, taskView } from './task-view.ts';

const TEXTS = {
  deletedSince: 'A task was added with this key, and deleted since.',
};

const PROBLEMS = {
  'changed-meanwhile': 'precondition-failed',
  'not-allowed': 'forbidden',
  unknown: 'not-found',
} as const;

const ETAG = { ETag: 'For If-Match, when you change it.' };

/** The to-do list of the staff. */
export function taskOperations(context: ApiContext): Operation[] {
  const { db } = context;
  const tag = 'Tasks';
  const reading = { scope: 'tasks:read', may: canWorkOnTasks } as const;
  const writing = { scope: 'tasks:write', may: canWorkOnTasks } as const;

  return [
    operation({
      method: 'get',
      path: '/tasks',
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
      handle: ({ query, url }, { user }) => listTasks(context, user.id, query, url),
    }),
    operation({
      method: 'post',
      path: '/tasks',
      id: 'addTask',
      tag,
      summary: 'Add a task',
      access: writing,
      body: taskForm,
      idempotencyKey: true,
      responses: {
        201: {
          description: 'The new task.',
          schema: taskSchema,
          headers: { ...ETAG, Location: 'Where it is.' },
        },
      },
      problems: ['conflict'],
      examples: [
        {
          body: { title: 'Order paper', note: 'Two boxes.', assignee_id: 3, due_on: '2026-12-01' },
          status: 201,
          response: {
            ...COUNT_THE_SHELVES,
            id: 2,
            title: 'Order paper',
            note: 'Two boxes.',
            assignee_id: 3,
            assignee: { id: 3, username: 'mod-mina' },
            due_on: '2026-12-01',
          },
        },
      ],
      async handle({ body, client, idempotencyKey }, { user }) {
        const form = keyedForm(user, idempotencyKey);
        const outcome = await addTask(context, actorOf(user, client), formOf(body), form);
        if (!outcome.ok) {
          if (outcome.problem === 'not-allowed') throw new ApiProblem('forbidden');
          if (outcome.problem === 'key-reused') throw new ApiProblem('idempotency-key-reused');
          throw invalidInput(outcome.errors);
        }
        const task = await findTask(db, outcome.id);
        if (!task) throw new ApiProblem('conflict', TEXTS.deletedSince);
        return { ...taskReply(task), status: 201, location: `${paths.api()}/tasks/${task.id}` };
      },
    }),
    operation({
      method: 'get',
      path: '/tasks/{id}',
      id: 'getTask',
      tag,
      summary: 'Read a task',
      access: { ...reading, orScope: 'tasks:write' },
      params: idParams,
      responses: {
        200: { description: 'The task.', schema: taskSchema, headers: ETAG },
        304: { description: 'It is as it was when you read it.', headers: ETAG },
      },
      problems: ['not-found'],
      examples: [{ params: { id: 1 }, status: 200, response: COUNT_THE_SHELVES }],
      async handle({ params }) {
        const task = await findTask(db, params.id);
        if (!task) throw new ApiProblem('not-found');
        return taskReply(task);
      },
    }),
    operation({
      method: 'patch',
      path: '/tasks/{id}',
      id: 'changeTask',
      tag,
      summary: 'Change a task, mark it as done, or open it again',
      description: 'What is left out stays as it is.',
      access: writing,
      params: idParams,
      body: taskChanges,
      ifMatch: 'required',
      responses: { 200: { description: 'The task, changed.', schema: taskSchema, headers: ETAG } },
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
        const change = { input: formOf(body), done };
        const actor = actorOf(user, client);
        const outcome = await updateTask(context, actor, params.id, change, isMatched(ifMatch));
        if (outcome.ok) return taskReply(outcome.task);
        if (outcome.problem === 'invalid') throw invalidInput(outcome.errors);
        throw new ApiProblem(PROBLEMS[outcome.problem]);
      },
    }),
    operation({
      method: 'delete',
      path: '/tasks/{id}',
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
        const outcome = await deleteTask(context, actorOf(user, client), params.id, isMatched(ifMatch));
        if (outcome.ok) return { status: 204 };
        throw new ApiProblem(PROBLEMS[outcome.problem]);
      },
    }),
  ];
}

function taskReply(task: Task): Reply {
  const body = taskView(task);
  return { status: 200, body, etag: entityTagOf(body) };
}

/** Whether a task is what the sender of If-Match has read. */
function isMatched(ifMatch: string | undefined) {
  return (task: Task) => isMatch(ifMatch, entityTagOf(taskView(task)));
}

/** What came with an Idempotency-Key; undefined without one. */
function keyedForm({ id }: User, key: string | undefined): SubmittedForm | undefined {
  if (!key) return undefined;
  return { userId: id, keyHash: hashToken(JSON.stringify([id, 'addTask', key])) };
}

function actorOf({ id, role }: User, { address, userAgent, token }: ClientInfo): Actor {
  return { id, role, client: { address, userAgent, token } };
}
