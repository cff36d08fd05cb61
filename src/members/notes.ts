import { z } from 'zod';
import { checkInput, oneLineEnd, VISIBLE } from '../shared/validation.ts';
import {
  type Done,
  type MemberAction,
  type MemberActionContext,
  type MemberActionRefusal,
  type Refused,
  withMember,
} from './actions.ts';
import { deleteNote, insertNote, isNewestNote } from './member-notes.table.ts';

/** In characters. */
export const LONGEST_NOTE = 2_000;

const TEXTS = {
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

type Noting = Omit<MemberAction, 'reason'>;

/**
 * Adds a note about a member, of up to 2,000 characters. It is for admins; the member finds it in the export of their
 * data, and the audit log holds that there is one and not what it says.
 *
 * @param input the form: note
 */
export async function addNote(
  context: MemberActionContext,
  { actor, client }: Noting,
  userId: number,
  input: unknown,
): Promise<Done | MemberActionRefusal> {
  const read = checkInput(form, input);
  if (!read.ok) return { ...read, problem: 'invalid' };
  const authorId = actor.kind === 'member' ? actor.id : null;
  return withMember(context, { actor, client }, userId, async ({ trx, member, now, record }) => {
    const wanted = { userId, authorId, body: read.values.note };
    // Sent twice, by a double click for instance.
    if (await isNewestNote(trx, wanted)) return { ok: true, username: member.username };
    const note = await insertNote(trx, { ...wanted, createdAt: now });
    await record({ action: 'account.noted', details: { note } });
    return { ok: true, username: member.username };
  });
}

/** Removes a note, whoever wrote it. @returns refused as gone when there is no such note about this member */
export async function removeNote(
  context: MemberActionContext,
  noting: Noting,
  userId: number,
  note: number,
): Promise<Done | Refused | { ok: false; problem: 'gone' }> {
  return withMember(context, noting, userId, async ({ trx, member, record }) => {
    if (!(await deleteNote(trx, userId, note))) return { ok: false, problem: 'gone' };
    await record({ action: 'account.note-removed', details: { note } });
    return { ok: true, username: member.username };
  });
}
