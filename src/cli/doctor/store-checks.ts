import { canRead } from '../../accounts/credentials/totp.ts';
import { countOverdueLinks } from '../../audit/audit-log.table.ts';
import { findSecret } from '../../config/secret-key.ts';
import { encodingAdvice, encodingText, grantAdvice, placeOf } from '../../database/database-text.ts';
import { lossyEncoding, mayCreateTables } from '../../database/dialect-fitness.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';
import { decryptMail } from '../../mail/message.ts';
import { DAY, HOUR } from '../../shared/clock.ts';
import { createEncryptor, type Encryptor } from '../../shared/crypto/encryption.ts';
import type { Store } from '../shell/store.ts';
import {
  activeAdmins,
  mailsGivenUpSince,
  mailsWaitingSince,
  newestApp,
  newestEncryptedMail,
  staffWithoutSecondFactor,
} from './store-health.table.ts';

/** What is looked at in the database. A check that gives a list says nothing where all is well. */

const TEXTS = {
  mayNotCreate: (place: string) => `The user of DATABASE_URL may not create tables at ${place}.`,
  otherKey: 'The newest authenticator app was added with another key: its codes are refused.',
  otherKeyForMail: 'The newest mail that waits was encrypted with another key: it cannot be sent.',
  otherKeyAdvice:
    'Use the SECRET_KEY, or the DATA_DIR with the key, that the store runs with. If that one is lost: gatehouse user reset-2fa.',
  givenUp: (mails: number, reason: string) =>
    `Mails given up in the last 7 days: ${mails}. The newest: ${reason}`,
  givenUpAdvice: 'The page Mails of the back office names them.',
  waiting: (mails: number, reason: string) =>
    `Mails that have waited for more than an hour: ${mails}${reason ? `. The newest: ${reason}` : ''}`,
  waitingAdvice: 'See that the store runs and that its mail server answers.',
  moving: 'No mail was given up in the last 7 days, and none waits long.',
  bare: (names: string) => `Staff whose password alone opens their account: ${names}.`,
  bareAdvice:
    'Ask them to set up a second factor; they are led to it before their next page of the back office.',
  bareForever: 'Require it of staff, in the settings of the back office or with REQUIRE_2FA=staff.',
  covered: 'Everybody on the staff has a second factor.',
  noAdmin: 'No administrator can log in.',
  noAdminAdvice:
    'Start the store and open the set-up link that it prints, or run: gatehouse user create --role admin …',
  oneAdmin: (name: string) => `${name} is the only administrator who can log in.`,
  oneAdminAdvice: 'Make somebody else one as well: gatehouse user role <name> admin …',
  admins: (count: number) => `${count} administrators can log in.`,
  linked: 'The audit log is linked up to its newest rows.',
  unlinked: (rows: number) =>
    `Rows of the audit log that have waited for their link for more than a minute: ${rows}`,
  unlinkedAdvice:
    'Start the store: it links them. If it runs, its log says what fails, and gatehouse audit verify where the chain is broken.',
};

const LATELY = 7 * DAY;
const LONG_WAIT = 1 * HOUR;
/** Names beyond these would hide the rest of the page. */
const MOST_NAMES = 20;

type Place = Pick<Store, 'db' | 'config'>;

/** What would keep the next start from migrating a database. */
export async function checkUnmigrated({ db, config }: Place): Promise<Finding[]> {
  const found = await checkEncoding({ db, config });
  if (!(await mayCreateTables(db))) {
    const message = TEXTS.mayNotCreate(placeOf(config.database));
    found.push(findingsOf('database').failure(message, grantAdvice(config.database)));
  }
  return found;
}

async function checkEncoding({ db, config: { database } }: Place): Promise<Finding[]> {
  const encoding = await lossyEncoding(db);
  if (!encoding) return [];
  return [findingsOf('database').failure(encodingText(database, encoding), encodingAdvice(database))];
}

/** Whether the key is the one with which the store encrypted what it keeps. */
async function checkKeyFits({ config, db }: Store): Promise<Finding[]> {
  const { failure } = findingsOf('key');
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

/** Whether mails get out of the outbox. */
async function checkOutbox({ db, clock }: Store): Promise<Finding[]> {
  const { ok, warning } = findingsOf('outbox');
  const now = clock();
  const givenUp = await mailsGivenUpSince(db, now - LATELY);
  const waiting = await mailsWaitingSince(db, now - LONG_WAIT);
  const findings: Finding[] = [];
  if (givenUp.count > 0)
    findings.push(warning(TEXTS.givenUp(givenUp.count, givenUp.reason), TEXTS.givenUpAdvice));
  if (waiting.count > 0)
    findings.push(warning(TEXTS.waiting(waiting.count, waiting.reason), TEXTS.waitingAdvice));
  return findings.length > 0 ? findings : [ok(TEXTS.moving)];
}

/** Whether a stolen password would open the back office (OWASP ASVS 5.0, 6.3.3). */
async function checkStaff({ db, settings }: Store): Promise<Finding[]> {
  const { ok, warning } = findingsOf('staff');
  const names = await staffWithoutSecondFactor(db);
  if (names.length === 0) return [ok(TEXTS.covered)];
  const advice = settings.require2fa === 'none' ? TEXTS.bareForever : TEXTS.bareAdvice;
  return [warning(TEXTS.bare(listed(names)), advice)];
}

/** Whether somebody can run the store, and somebody else if they cannot. */
async function checkAdmins({ db }: Store): Promise<Finding[]> {
  const { ok, warning, failure } = findingsOf('admins');
  const [first, ...others] = await activeAdmins(db);
  if (!first) return [failure(TEXTS.noAdmin, TEXTS.noAdminAdvice)];
  if (others.length === 0) return [warning(TEXTS.oneAdmin(first), TEXTS.oneAdminAdvice)];
  return [ok(TEXTS.admins(others.length + 1))];
}

function listed(names: string[]): string {
  const more = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** Whether something keeps the audit log from being linked: a change of its newest rows would not be seen. */
async function checkAudit({ db, clock }: Store): Promise<Finding[]> {
  const { ok, warning } = findingsOf('audit');
  const rows = await countOverdueLinks(db, clock());
  return [rows === 0 ? ok(TEXTS.linked) : warning(TEXTS.unlinked(rows), TEXTS.unlinkedAdvice)];
}

export const STORE_CHECKS = {
  database: checkEncoding,
  key: checkKeyFits,
  outbox: checkOutbox,
  staff: checkStaff,
  admins: checkAdmins,
  audit: checkAudit,
};
