import type { Request } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { LONGEST_REASON, type MemberAction, type MemberActionRefusal } from '../../members/actions.ts';
import { ROLES } from '../../permissions.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import type { FieldSpec } from '../../web/forms.ts';
import { Problem } from '../../web/problems.ts';
import { submittedForm } from '../../web/submit-once.http.ts';

export const TEXTS = {
  unchanged: 'Nothing was changed.',
  'not-allowed': 'Only administrators look after members.',
  'own-account': 'Nobody does this to their own account. Please ask another administrator.',
  'last-admin':
    'Nobody else could run the store: no other administrator can log in. Make somebody else one first.',
  inactive: 'This account is disabled or being deleted. Enable or restore it first.',
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

/** A form that comes back because its action was refused. */
export interface RefusedAction {
  values: Record<string, unknown>;
  errors?: FieldErrors;
  error?: string;
}

/** @param changedForm the form that comes back when somebody else has changed meanwhile what is saved */
export function refusedAction(
  refusal: MemberActionRefusal,
  values: Record<string, unknown>,
  changedForm: (saved: Record<string, string>) => RefusedAction,
): RefusedAction {
  switch (refusal.problem) {
    case 'unknown':
    case 'not-allowed':
      throw refusalPage(refusal.problem);
    case 'invalid':
      return { values, errors: refusal.errors };
    case 'changed-meanwhile':
      return changedForm(refusal.saved);
    case 'open-business':
      return { values, error: refusal.reason };
    default:
      return { values, error: TEXTS[refusal.problem] };
  }
}

/** The error page for an action on who is not there, or of who may not (any more). */
export function refusalPage(problem: MemberActionRefusal['problem']): Problem {
  return problem === 'unknown' ? new Problem(404) : new Problem(403, TEXTS['not-allowed']);
}
