import type { Encryptor } from '../shared/crypto/encryption.ts';
import type { Mail } from './message.ts';

/**
 * Encrypts a whole mail for its row of the outbox: it holds an address, and links that open an account. Encrypted for
 * one row, it opens in no other.
 */
export function encryptMail(encryptor: Encryptor, messageId: string, mail: Mail): string {
  return encryptor.encrypt(JSON.stringify(mail), placeOf(messageId));
}

/** @throws when the key is another one by now, or the row was tampered with */
export function decryptMail(encryptor: Encryptor, messageId: string, encrypted: string): Mail {
  return JSON.parse(encryptor.decrypt(encrypted, placeOf(messageId)));
}

function placeOf(messageId: string): string {
  return `outbox:${messageId}`;
}
