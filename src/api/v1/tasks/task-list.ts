import { z } from 'zod';
import { findTasks, LONGEST_SEARCH, SHOWS } from '../../../tasks/task-list.ts';
import type { ApiContext } from '../../api-context.ts';
import { idInAddress, idInCursor } from '../fields.ts';
import { cursorField, limitField, listReply } from '../lists.ts';
import type { Reply } from '../operation.ts';
import { taskView } from './task-view.ts';

const TEXTS = {
  show: `Show one of ${SHOWS.join(', ')}.`,
};

export const taskQuery = z.object({
  show: z
    .enum(SHOWS, TEXTS.show)
    .default('open')
    .describe('`mine` and `overdue` are open ones; a day is over at midnight in UTC.'),
  q: z.string().max(LONGEST_SEARCH).optional().describe('Words that stand in the title or the note.'),
  assignee_id: idInAddress.optional().describe('Whom they are given to; not with `mine`.'),
  limit: limitField,
  cursor: cursorField(z.strictObject({ position: z.int().nonnegative(), id: idInCursor })),
});

/** One page of the tasks that somebody asks for. */
export async function listTasks(
  context: ApiContext,
  userId: number,
  { limit, cursor, assignee_id: assignee, ...search }: z.output<typeof taskQuery>,
  url: string,
): Promise<Reply> {
  // One more than asked for tells whether there is more.
  const slice = { after: cursor, limit: limit + 1 };
  const found = await findTasks(context, userId, { ...search, assignee }, slice);
  return listReply(url, { found, limit }, taskView, ({ position, id }) => ({ position, id }));
}
