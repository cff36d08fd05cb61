/** A text in pieces, of which some are code. */
export type Words = { text: string; code: boolean }[];

/** Takes a text apart at its backticks. */
export function wordsOf(text: string): Words {
  return text
    .split('`')
    .map((piece, index) => ({ text: piece, code: index % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}
