import { oneLineEnd } from './validation.ts';

/**
 * Of two who edit the same thing at once the second is told of it: beside each field of a form a hidden one says what
 * the form showed.
 */
export const shownField = (name: string) => `shown_${name}`;

/** The hidden fields of a form that shows what is saved now. */
export function shownFields(saved: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(saved).map(([name, value]) => [shownField(name), value]));
}

/** Whether a form showed something else than what is saved now. What it does not say it showed is not compared. */
export function isChangedSince(form: Record<string, unknown>, saved: Record<string, string>): boolean {
  return Object.entries(saved).some(([name, value]) => {
    const shown = form[shownField(name)];
    return typeof shown === 'string' && oneLineEnd(shown) !== value;
  });
}

/** The form for another try: what was typed stays, and a field that nobody typed in shows what is saved now. */
export function editAgain(
  form: Record<string, unknown>,
  saved: Record<string, string>,
): Record<string, unknown> {
  const untouched = Object.entries(saved).filter(([name]) => form[name] === form[shownField(name)]);
  return { ...form, ...Object.fromEntries(untouched), ...shownFields(saved) };
}
