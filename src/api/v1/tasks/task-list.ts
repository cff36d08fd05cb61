import { z } from 'zod';
import { isPlaceIn, listTasksBehind, placeOf, SHOWS } from '../../../tasks/listing.ts';
import type { ApiContext } from '../../api-context.ts';
import { idInCursor } from '../fields.ts';
import { cursorField, cursorOf, limitField, listReply } from '../lists.ts';
import type { Reply } from '../operation.ts';
import { ApiProblem } from '../problem-details.ts';
import { taskView } from './task-view.ts';

const TEXTS = {
  show: `Show one of ${SHOWS.join(', ')}.`,
  otherList: 'This cursor came with a list of other tasks. Show the same ones.',
};

export const taskQuery = z.object({
  show: z
    .enum(SHOWS, TEXTS.show)
    .default('open')
    .describe('`mine` and `overdue` are open ones; a day is over at midnight in UTC.'),
  limit: limitField,
  cursor: cursorField(
    z.union([
      z.strictObject({ dueOn: z.iso.date().nullable(), id: idInCursor }),
      z.strictObject({ doneAt: z.int(), id: idInCursor }),
    ]),
  ),
});

/** One stretch of the tasks that somebody asks for. */
export async function listTasks(
  context: ApiContext,
  userId: number,
  { show, limit, cursor }: z.output<typeof taskQuery>,
  url: string,
): Promise<Reply> {
  if (cursor && !isPlaceIn(show, cursor)) {
    const fields = [{ parameter: 'cursor', detail: TEXTS.otherList }];
    throw new ApiProblem('invalid-input', '', { fields });
  }
  // One more than asked for tells whether there is more.
  const found = await listTasksBehind(context, userId, show, { behind: cursor, limit: limit + 1 });
  const tasks = found.slice(0, limit);
  const last = tasks.at(-1);
  const next = last && found.length > limit ? cursorOf(placeOf(last)) : null;
  return listReply(url, tasks.map(taskView), next);
}
