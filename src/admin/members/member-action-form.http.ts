import type { Request } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import {
  type LastAdmin,
  LONGEST_REASON,
  type MemberAction,
  type Refused,
  type Shut,
} from '../../members/actions.ts';
import { ROLES } from '../../permissions.ts';
import { clientOf } from '../../web/client.ts';
import type { FieldSpec } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import { submittedForm } from '../../web/submit-once.http.ts';

const TEXTS = {
  'not-allowed': 'Only administrators look after members.',
  'own-account': 'Nobody does this to their own account. Please ask another administrator.',
  'last-admin':
    'Nobody else could run the store: no other administrator can log in. Make somebody else one first.',
  shut: 'This account is disabled or being deleted. Enable or restore it first.',
};

/** Why something is done to a member: a field of every form here. */
export const REASON_FIELD: FieldSpec = {
  label: 'Reason',
  hint: `The member reads it. At most ${LONGEST_REASON} characters.`,
  type: 'textarea',
  rows: 3,
  maxlength: LONGEST_REASON,
  autocomplete: 'off',
};

export const ROLE_FIELD: FieldSpec = {
  label: 'Role',
  type: 'select',
  options: ROLES.map((role) => ({ value: role, label: role })),
};

/** What a request does to a member: who sends it, from where, and the reason that the form gives. */
export function memberActionOf(req: Request): MemberAction {
  const reason: unknown = req.body?.reason;
  return {
    actor: { kind: 'member', id: memberOf(req).id },
    reason: typeof reason === 'string' ? reason : '',
    client: clientOf(req),
    form: submittedForm(req),
  };
}

/** Why an action was refused, on its page that comes back. Who is not there, and who may not, get none (404, 403). */
export function refusalText(problem: (Refused | LastAdmin | Shut)['problem']): string {
  if (problem === 'unknown') throw new Problem(404);
  if (problem === 'not-allowed') throw new Problem(403, TEXTS[problem]);
  return TEXTS[problem];
}
