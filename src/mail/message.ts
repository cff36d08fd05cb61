import { foldCase } from '../database/fold-case.ts';
import type { Encryptor } from '../shared/crypto/encryption.ts';

/** What a mail says. One pair of templates turns it into text and HTML, so that both say the same. */
export interface Message {
  subject: string;
  /** Whom it greets. */
  name: string;
  paragraphs: string[];
  /** When, where, on which device: printed as a small table. */
  facts?: { label: string; value: string }[];
  /** The one thing to do; the path becomes an address under PUBLIC_URL. */
  action?: { label: string; path: string };
  /** What is said below the action. */
  closing?: string[];
  /** The way out for whoever did not cause this mail. */
  alarm?: { text: string; label: string; path: string };
}

/** A mail to be sent. */
export interface Mail {
  to: string;
  /** Whose account it is about; it goes when that account goes. */
  userId?: number;
  message: Message;
}

/** The mailbox that an address leads to: case folded, and without the `+tag` that its owner may put there (RFC 5233). */
export function mailboxOf(address: string): string {
  return foldCase(address).replace(/(?<=.)\+[^@]*(?=@)/, '');
}

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
