import { canRead } from '../../accounts/credentials/authenticator-keys.ts';
import { findSecret } from '../../config/secret-key.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';
import { decryptMail } from '../../mail/message.ts';
import { createEncryptor, type Encryptor } from '../../shared/crypto/encryption.ts';
import type { Store } from '../shell/store.ts';
import { newestApp, newestEncryptedMail } from './store-health.table.ts';

const { failure } = findingsOf('key');

const TEXTS = {
  otherKey: 'The newest authenticator app was added with another key: its codes are refused.',
  otherKeyForMail: 'The newest mail that waits was encrypted with another key: it cannot be sent.',
  otherKeyAdvice:
    'Use the SECRET_KEY, or the DATA_DIR with the key, that the store runs with. If that one is lost: gatehouse user reset-2fa.',
};

/** Whether the key is the one with which the store encrypted what it keeps. Nothing is said when it is. */
export async function checkKeyFits({ config, db }: Store): Promise<Finding[]> {
  const secret = findSecret(config);
  if (!secret) return [];
  const encryptor = createEncryptor(secret);
  const app = await newestApp(db);
  if (app && !canRead(encryptor, app)) return [failure(TEXTS.otherKey, TEXTS.otherKeyAdvice)];
  const mail = await newestEncryptedMail(db);
  return mail && !canOpen(encryptor, mail) ? [failure(TEXTS.otherKeyForMail, TEXTS.otherKeyAdvice)] : [];
}

function canOpen(
  encryptor: Encryptor,
  { messageId, encryptedMail }: { messageId: string; encryptedMail: string },
): boolean {
  try {
    decryptMail(encryptor, messageId, encryptedMail);
    return true;
  } catch {
    return false;
  }
}
