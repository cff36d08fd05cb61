import type { FieldErrors } from '../shared/validation.ts';

/** What a page says once of each field of its form. */
export interface FieldSpec {
  label: string;
  type?: 'text' | 'email' | 'password' | 'checkbox' | 'date' | 'textarea' | 'select' | 'choices' | 'hidden';
  hint?: string;
  autocomplete?: string;
  inputmode?: string;
  /** In characters; what is longer is also refused by the rule behind the form. */
  maxlength?: number;
  /** How many lines a textarea shows. */
  rows?: number;
  /** What a select offers, or each of a group of tick boxes. */
  options?: readonly { value: string; label: string }[];
  /** Shown, and not to be changed here. */
  fixed?: boolean;
  /** Takes the focus when the page opens: for a page that asks for one thing. */
  autofocus?: boolean;
  /** A tick box need not be ticked; every other field must be filled unless it says `false`. */
  required?: boolean;
}

/** Fields that go along unseen. */
export function hiddenFields(names: readonly string[]): Record<string, FieldSpec> {
  return Object.fromEntries(names.map((name) => [name, { label: '', type: 'hidden' }]));
}

/** A field as its partial prints it. */
interface Field extends FieldSpec {
  id: string;
  name: string;
  type: NonNullable<FieldSpec['type']>;
  value: string;
  checked: boolean;
  /** The boxes of a group. The first has the id of the field, so that the summary of errors leads to it. */
  boxes: readonly { id: string; value: string; label: string; checked: boolean }[];
  error: string | undefined;
  /** The ids of what explains the field: its error, its hint. */
  describedBy: string;
  /** Names and addresses are no words; what is written in sentences is. */
  spellcheck?: 'false';
  autocapitalize?: 'none';
}

export type FormView = ReturnType<typeof formView>;

/**
 * Prepares a form for its template.
 *
 * @param action the path it is sent to
 * @param specs the fields in the order of the page
 * @param values what was typed so far; texts are kept, but passwords never come back into a page
 * @param errors what is wrong, by field
 */
export function formView(
  action: string,
  specs: Record<string, FieldSpec>,
  values: Record<string, unknown> = {},
  errors: FieldErrors = {},
) {
  const names = Object.keys(specs);
  return {
    action,
    /** Whether this is the form come back with errors. */
    failed: Object.keys(errors).length > 0,
    /** For the summary on top: each leads to its field. */
    errors: names.flatMap((name) =>
      errors[name] ? [{ href: `#${idOf(name)}`, message: errors[name] }] : [],
    ),
    fields: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [name, fieldView(name, spec, values[name], errors[name])]),
    ),
  };
}

const PLAIN = { spellcheck: 'false', autocapitalize: 'none' } as const;

function fieldView(name: string, spec: FieldSpec, value: unknown, error: string | undefined): Field {
  const type = spec.type ?? 'text';
  return {
    required: type !== 'checkbox' && type !== 'hidden' && !spec.fixed,
    ...spec,
    id: idOf(name),
    name,
    type,
    value: typeof value === 'string' && type !== 'password' ? value : '',
    checked: type === 'checkbox' && value !== undefined,
    boxes: type === 'choices' ? boxesOf(idOf(name), spec, value) : [],
    error,
    describedBy: [error && `${idOf(name)}-error`, spec.hint && `${idOf(name)}-hint`]
      .filter(Boolean)
      .join(' '),
    ...(type === 'text' || type === 'email' || type === 'password' ? PLAIN : {}),
  };
}

function boxesOf(id: string, { options = [] }: FieldSpec, chosen: unknown): Field['boxes'] {
  const ticked = [chosen].flat();
  return options.map(({ value, label }, index) => ({
    id: index === 0 ? id : `${id}-${index + 1}`,
    value,
    label,
    checked: ticked.includes(value),
  }));
}

function idOf(name: string): string {
  return name.replaceAll('_', '-');
}
