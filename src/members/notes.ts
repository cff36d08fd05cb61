import { z } from 'zod';
import { checkInput, oneLineEnd, VISIBLE } from '../shared/validation.ts';
import {
  type MemberAction,
  type MemberActionContext,
  type MemberActionResult,
  withMember,
} from './actions.ts';
import { deleteNote, insertNote, isNewestNote } from './member-notes.table.ts';

/** In characters. */
export const LONGEST_NOTE = 2_000;

export const TEXTS = {
  missing: 'Write the note first.',
  length: `Use at most ${LONGEST_NOTE.toLocaleString('en')} characters.`,
};

const form = z.object({
  note: z
    .string({ error: TEXTS.missing })
    .overwrite(oneLineEnd)
    .trim()
    .regex(VISIBLE, TEXTS.missing)
    .max(LONGEST_NOTE, TEXTS.length),
});

type NoteAction = Omit<MemberAction, 'reason'>;

/**
 * Adds a note about a member, of up to 2,000 characters. It is for admins; the member finds it in the export of their
 * data, and the audit log holds that there is one and not what it says.
 *
 * @param input the form: note
 */
export async function addNote(
  context: MemberActionContext,
  { actor, client }: NoteAction,
  userId: number,
  input: unknown,
): Promise<MemberActionResult> {
  const read = checkInput(form, input);
  if (!read.ok) return { ...read, problem: 'invalid' };
  const authorId = actor.kind === 'member' ? actor.id : null;
  return withMember(context, { actor, client }, userId, async ({ trx, member, now, record }) => {
    const wanted = { userId, authorId, body: read.values.note };
    // Sent twice, by a double click for instance.
    if (await isNewestNote(trx, wanted)) return { ok: true, username: member.username };
    const note = await insertNote(trx, { ...wanted, createdAt: now });
    return record({ action: 'account.noted', details: { note } });
  });
}

/** Removes a note, whoever wrote it. @returns refused as unchanged when there is no such note about this member */
export function removeNote(
  context: MemberActionContext,
  action: NoteAction,
  userId: number,
  note: number,
): Promise<MemberActionResult> {
  return withMember(context, action, userId, async ({ trx, record }) => {
    if (!(await deleteNote(trx, userId, note))) return { ok: false, problem: 'unchanged' };
    return record({ action: 'account.note-removed', details: { note } });
  });
}
