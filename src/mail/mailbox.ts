import { foldCase } from '../database/fold-case.ts';

/** The mailbox that an address leads to: case folded, and without the `+tag` that its owner may put there (RFC 5233). */
export function mailboxOf(address: string): string {
  return foldCase(address).replace(/(?<=.)\+[^@]*(?=@)/, '');
}
