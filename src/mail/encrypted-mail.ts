import type { Sealer } from '../shared/crypto/encryption.ts';
import type { Mail } from './message.ts';

/**
 * Seals a whole mail for its row of the outbox: it holds an address, and links that open an account. Sealed for
 * one row, it opens in no other.
 */
export function sealMail(sealer: Sealer, messageId: string, mail: Mail): string {
  return sealer.seal(JSON.stringify(mail), placeOf(messageId));
}

/** @throws when the key is another one by now, or the row was tampered with */
export function openMail(sealer: Sealer, messageId: string, sealed: string): Mail {
  return JSON.parse(sealer.open(sealed, placeOf(messageId)));
}

function placeOf(messageId: string): string {
  return `outbox:${messageId}`;
}
