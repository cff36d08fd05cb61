import type { Request, Response } from 'express';
import { signedIn } from '../../accounts/signed-in.http.ts';
import {
  availableActions,
  MEMBER_ACTION_NAMES,
  type MemberActionName,
} from '../../members/available-actions.ts';
import { countWaitingMembers } from '../../members/member-list.ts';
import { findMemberRecord, type MemberRecord } from '../../members/member-screen.table.ts';
import { UNTIL_ERASED } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { shownFields } from '../../shared/edit-conflict.ts';
import { formatDay } from '../../shared/format/dates.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView, hiddenFields } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import {
  memberActionOf,
  REASON_FIELD,
  type RefusedAction,
  ROLE_FIELD,
  refusedAction,
} from './member-action-form.http.ts';
import { MEMBER_ACTIONS } from './member-action-specs.ts';

export const TEXTS = {
  told: (email: string) => `${email} is told by mail, with the reason.`,
  untold: (email: string) => `${email} was never confirmed, so no email goes there.`,
  own: 'Nobody does anything to their own account here.',
  unfit: (name: string) => `As the account of ${name} is now, there is nothing of that kind to do.`,
  roleChanged: (name: string, role = '') =>
    `Somebody has changed the role of ${name} meanwhile: it is ${role} now. What you chose is kept; send it again if you still mean it.`,
  moreWait: (count: number) => (count === 1 ? 'One more member waits.' : `${count} more members wait.`),
};

const REASON_ALONE: Record<string, FieldSpec> = { reason: REASON_FIELD };
const ROLE_AND_REASON: Record<string, FieldSpec> = {
  ...hiddenFields(['shown_role']),
  role: ROLE_FIELD,
  reason: REASON_FIELD,
};

/** The decisions after which the next one who waits is looked at. */
const DECISIONS = new Set<MemberActionName>(['approval', 'declining']);

/** One page for each thing that admins do to a member: what will happen, why, and the button. */
export function memberActionPage(context: AdminContext) {
  const { db, clock, config, settings } = context;

  async function find(req: Request): Promise<{ member: MemberRecord; name: MemberActionName }> {
    const name = MEMBER_ACTION_NAMES.find((one) => one === req.params.action);
    const member = name && (await findMemberRecord(db, idParam(req)));
    if (!member) throw new Problem(404);
    return { member, name };
  }

  function show(
    res: Response,
    { member, name }: { member: MemberRecord; name: MemberActionName },
    { values, errors, error }: RefusedAction,
  ) {
    const { title, explain, told, ordered, button, danger } = MEMBER_ACTIONS[name];
    const fields = name === 'role' ? ROLE_AND_REASON : REASON_ALONE;
    const saved = { role: member.role };
    const mailed = [TEXTS.told(member.email), ...(told ? [told] : [])];
    const isMailed = member.emailVerifiedAt !== null || ordered;
    const erased = formatDay(clock() + UNTIL_ERASED, config.storeLocale);
    const given = { ...saved, ...shownFields(saved), ...values };
    return renderAdminPage(res, 'members/member-action', {
      title: title(member.username),
      explain: [...explain(member.username, erased), ...(isMailed ? mailed : [TEXTS.untold(member.email)])],
      button,
      look: danger ? 'btn-danger' : 'btn-primary',
      back: paths.adminMember(member.id),
      form: formView(paths.memberAction(member.id, name), fields, given, errors),
      error,
    });
  }

  /** After a decision on somebody who waited comes the next one, if there is one. */
  async function goOn(req: Request, res: Response, id: number, name: MemberActionName): Promise<void> {
    const left = DECISIONS.has(name) ? await countWaitingMembers(context) : 0;
    if (left === 0) return seeOther(req, res, paths.adminMember(id));
    flash(req, 'info', TEXTS.moreWait(left));
    await seeOther(req, res, paths.waitingMembers());
  }

  return {
    get: signedIn(async (req, res, admin) => {
      const found = await find(req);
      const { member, name } = found;
      const own = member.id === admin.id;
      if (!own && availableActions(member, settings.membership).includes(name)) {
        return show(res, found, { values: takeDraft(req) });
      }
      flash(req, 'info', own ? TEXTS.own : TEXTS.unfit(member.username));
      await seeOther(req, res, paths.adminMember(member.id));
    }),

    async post(req: Request, res: Response): Promise<void> {
      const found = await find(req);
      const { member, name } = found;
      const { act, done, unchanged } = MEMBER_ACTIONS[name];
      const body: Record<string, unknown> = req.body ?? {};
      const outcome = await act(context, memberActionOf(req), member.id, body);
      if (outcome.ok) flash(req, 'success', done(outcome.username));
      else if (outcome.problem === 'unchanged') flash(req, 'info', unchanged(member.username));
      else {
        const refused = refusedAction(outcome, body, (saved) => ({
          // The role as it was shown is a choice as well, so it stays too.
          values: { ...body, ...shownFields(saved) },
          error: TEXTS.roleChanged(member.username, saved.role),
        }));
        return show(res.status(422), found, refused);
      }
      return goOn(req, res, member.id, name);
    },
  };
}
