import type { Database } from '../../database/connection.ts';
import { encodingAdvice, encodingText, grantAdvice, placeOf } from '../../database/database-text.ts';
import type { DatabaseAddress } from '../../database/dialect.ts';
import { lossyEncoding, mayCreateTables } from '../../database/dialect-fitness.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';

const { failure } = findingsOf('database');

const TEXTS = {
  mayNotCreate: (place: string) => `The user of DATABASE_URL may not create tables at ${place}.`,
};

/** Whether it can hold every text. Nothing is said when it can. */
export async function checkEncoding(db: Database, database: DatabaseAddress): Promise<Finding[]> {
  const encoding = await lossyEncoding(db);
  return encoding ? [failure(encodingText(database, encoding), encodingAdvice(database))] : [];
}

/** Whether migrations can be run there, likewise. */
export async function checkRights(db: Database, database: DatabaseAddress): Promise<Finding[]> {
  if (await mayCreateTables(db)) return [];
  return [failure(TEXTS.mayNotCreate(placeOf(database)), grantAdvice(database))];
}
