/**
 * The form in which names are compared and made unique: the three databases do not agree on case and
 * accents by themselves, so the tables keep this form in a column of its own.
 */
export function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** The words of a search as they are compared; those beyond a number are not looked for. */
export function searchWords(text: string, most: number): string[] {
  return foldCase(text).split(/\s+/).filter(Boolean).slice(0, most);
}
