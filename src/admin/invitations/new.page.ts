import type { Request, Response } from 'express';
import { type InviteResult, inviteByMail, type WrongLine } from '../../members/invite.ts';
import { paths } from '../../paths.ts';
import { flash } from '../../web/flash.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { memberActionOf, REASON_FIELD, ROLE_FIELD } from '../members/member-action-form.http.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';

export const TEXTS = {
  title: 'Invite people',
  notAllowed: 'Only administrators invite members.',
  skip: (usable: string) => `Leave these lines out and invite the other ${usable === '1' ? 'one' : usable}`,
  line: (line: string) => `Line ${line}: `,
  problems: {
    'no-address': (text: string) => `there is no e-mail address in “${text}”.`,
    malformed: (text: string) => `“${text}” is no e-mail address.`,
    'too-long': (text: string) => `“${text}” is too long for an e-mail address.`,
    member: (text: string) => `${text} has an account already: `,
    reserved: (text: string) =>
      `${text} was given up by a member a few days ago and is kept for them until the week is over.`,
  } satisfies Record<WrongLine['problem'], (text: string) => string>,
  more: (count: string) => `And ${count} more.`,
  invited: (count: string) => (count === '1' ? '1 person is invited.' : `${count} people are invited.`),
  onTheWay: 'The mails go out one after another.',
  renewed: (count: string) =>
    count === '1'
      ? 'One of them was invited before and gets a new link.'
      : `${count} of them were invited before and get a new link.`,
  repeated: (count: string) =>
    count === '1' ? 'One address stood there twice.' : `${count} addresses stood there more than once.`,
  skipped: (count: string) => (count === '1' ? 'One line was left out.' : `${count} lines were left out.`),
};

const FIELDS: Record<string, FieldSpec> = {
  addresses: {
    label: 'E-mail addresses',
    type: 'textarea',
    rows: 8,
    hint: 'One a line, up to 10,000. A list with names or other columns can be pasted as it is: only the addresses are used.',
  },
  role: {
    ...ROLE_FIELD,
    hint: 'Moderators look members up and work on tasks. Administrators run the store: members, settings, the audit log.',
  },
  reason: { ...REASON_FIELD, hint: 'It stands in the mail: “Reason given: …”' },
};

/** As many wrong lines as somebody corrects by hand. */
const MOST_SHOWN = 50;

type Refusal = Extract<InviteResult, { problem: 'invalid' }>;

export function newInvitationsPage(context: AdminContext) {
  const counted = (count: number) => count.toLocaleString(context.config.storeLocale);

  function lineView(wrong: WrongLine) {
    return {
      line: TEXTS.line(counted(wrong.line)),
      text: TEXTS.problems[wrong.problem](wrong.text),
      member: 'member' in wrong && { name: wrong.member.username, url: paths.adminMember(wrong.member.id) },
    };
  }

  function show(
    res: Response,
    typed: Record<string, unknown>,
    {
      errors,
      wrong = [],
      usable = 0,
      mustConfirm = false,
    }: Partial<Refusal> & { mustConfirm?: boolean } = {},
  ) {
    const hidden = wrong.length - MOST_SHOWN;
    return renderAdminPage(res, 'invitations/new', {
      title: TEXTS.title,
      mustConfirm,
      form: formView(paths.newInvitations(), FIELDS, { role: 'user', ...typed }, errors),
      wrong: wrong.slice(0, MOST_SHOWN).map(lineView),
      more: hidden > 0 ? TEXTS.more(counted(hidden)) : '',
      skip: wrong.length > 0 && usable > 0 ? TEXTS.skip(counted(usable)) : '',
    });
  }

  function tell(req: Request, { invited, renewed, repeated, skipped }: Extract<InviteResult, { ok: true }>) {
    const more = { renewed, repeated, skipped };
    const sentences = Object.entries(more).flatMap(([name, count]) =>
      count > 0 ? TEXTS[name as keyof typeof more](counted(count)) : [],
    );
    flash(req, 'success', [TEXTS.invited(counted(invited)), TEXTS.onTheWay, ...sentences].join(' '));
  }

  return {
    get: (req: Request, res: Response): Promise<void> => show(res, takeDraft(req)),

    /** For who logged in a while ago and sends a list that is too long to be kept until they have shown who they are. */
    confirmFirst: (req: Request, res: Response): Promise<void> =>
      show(res.status(422), req.body ?? {}, { mustConfirm: true }),

    async post(req: Request, res: Response): Promise<void> {
      const typed: Record<string, unknown> = req.body ?? {};
      const outcome = await inviteByMail(context, memberActionOf(req), typed);
      if (outcome.ok) {
        tell(req, outcome);
        return seeOther(req, res, paths.invitations());
      }
      if (outcome.problem === 'not-allowed') throw new Problem(403, TEXTS.notAllowed);
      return show(res.status(422), typed, outcome);
    },
  };
}
