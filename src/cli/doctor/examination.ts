import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../../config/config.ts';
import { KINDS, placeOf } from '../../database/database-text.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';
import { checkHost } from '../../diagnostics/network.ts';
import { broken, checkSettings } from '../../diagnostics/settings-checks.ts';
import { PROJECT_FOLDER } from '../../shared/folders.ts';
import { Refusal } from '../shell/output.ts';
import { type Store, withDatabase, withStore } from '../shell/store.ts';
import { checkAudit } from './audit.ts';
import { checkEncoding, checkRights } from './database.ts';
import { checkKeyFits } from './key.ts';
import { checkDisk, checkNode } from './machine.ts';
import { checkMailServer, checkOutbox } from './mail.ts';
import { checkAdmins, checkStaff } from './people.ts';
import { checkProviders } from './providers.ts';

const TEXTS = {
  settings: (production: boolean) =>
    `Every setting can be read; NODE_ENV is ${production ? '' : 'not '}production.`,
  settingsAdvice:
    'README.md lists the settings; they come from the environment and from .env in this folder.',
  database: (kind: string, place: string) => `${kind} at ${place} answers and is up to date.`,
  databaseAdvice: 'Until then members, mails and staff cannot be looked at.',
};

/** Looks at everything that a store needs. It only looks: nothing is made and nothing is sent. */
export async function examine(readSettings: () => Config): Promise<Finding[]> {
  const node = [checkNode(process.versions.node, leastNode())];
  const settings = findingsOf('settings');
  let config: Config;
  try {
    config = readSettings();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...node, settings.failure(error.message, TEXTS.settingsAdvice)];
  }
  return [
    ...node,
    settings.ok(TEXTS.settings(config.production)),
    checkHost(config),
    ...checkSettings(config),
    ...(await look('disk', () => checkDisk(config))),
    ...(await look('database', () => checkStore(config))),
    ...(await look('mail', () => checkMailServer(config))),
    ...(await look('providers', () => checkProviders(config))),
  ];
}

/** What the project's package.json asks for. */
function leastNode(): string {
  const { engines } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  return engines.node.replace('>=', '');
}

/** One check that breaks must not hide what the others find. */
async function look(check: string, work: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    return [broken(check, error)];
  }
}

/** The database and what stands in it. */
async function checkStore(config: Config): Promise<Finding[]> {
  const { ok, failure } = findingsOf('database');
  try {
    return await withStore(config, async (store) => [
      ok(TEXTS.database(KINDS[config.database.dialect], placeOf(config.database))),
      ...(await look('database', () => checkEncoding(store.db, config.database))),
      ...(await checkContents(store)),
    ]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const notMigrated = failure(error.message, TEXTS.databaseAdvice);
    return error.code === 'not-migrated' ? [notMigrated, ...(await checkUnmigrated(config))] : [notMigrated];
  }
}

/** What would keep the next start from migrating it. */
async function checkUnmigrated({ database }: Config): Promise<Finding[]> {
  return look('database', () =>
    withDatabase({ database }, async (db) => [
      ...(await checkEncoding(db, database)),
      ...(await checkRights(db, database)),
    ]),
  );
}

async function checkContents(store: Store): Promise<Finding[]> {
  return [
    ...(await look('key', () => checkKeyFits(store))),
    ...(await look('outbox', () => checkOutbox(store))),
    ...(await look('staff', async () => [await checkStaff(store)])),
    ...(await look('admins', async () => [await checkAdmins(store)])),
    ...(await look('audit', async () => [await checkAudit(store)])),
  ];
}
