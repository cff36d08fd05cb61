import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../../config/config.ts';
import { KINDS, placeOf } from '../../database/database-text.ts';
import { type Finding, findingsOf } from '../../diagnostics/finding.ts';
import { checkHost } from '../../diagnostics/network.ts';
import { broken, checkSettings } from '../../diagnostics/settings-checks.ts';
import { PROJECT_FOLDER } from '../../shared/folders.ts';
import { Refusal } from '../shell/output.ts';
import { withDatabase, withStore } from '../shell/store.ts';
import { checkDisk, checkNode } from './machine.ts';
import { checkMailServer } from './mail.ts';
import { checkProviders } from './providers.ts';
import { checkUnmigrated, STORE_CHECKS } from './store-checks.ts';

const TEXTS = {
  settings: (production: boolean) =>
    `Every setting can be read; NODE_ENV is ${production ? '' : 'not '}production.`,
  settingsAdvice:
    'README.md lists the settings; they come from the environment and from .env in this folder.',
  database: (kind: string, place: string) => `${kind} at ${place} answers and is up to date.`,
  databaseAdvice: 'Until then members, mails and staff cannot be looked at.',
};

const CHECKS = {
  disk: checkDisk,
  database: checkStore,
  mail: checkMailServer,
  providers: checkProviders,
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
    ...(await runChecks(CHECKS, config)),
  ];
}

function leastNode(): string {
  const { engines } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  return engines.node.replace('>=', '');
}

/** One check that breaks must not hide what the others find. */
async function runChecks<Subject>(
  checks: Record<string, (subject: Subject) => Promise<Finding[]>>,
  subject: Subject,
): Promise<Finding[]> {
  const found = Object.entries(checks).map(([name, check]) =>
    check(subject).catch((error) => [broken(name, error)]),
  );
  return (await Promise.all(found)).flat();
}

async function checkStore(config: Config): Promise<Finding[]> {
  const { ok, failure } = findingsOf('database');
  const answers = ok(TEXTS.database(KINDS[config.database.dialect], placeOf(config.database)));
  try {
    return await withStore(config, async (store) => [answers, ...(await runChecks(STORE_CHECKS, store))]);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refused = failure(error.message, TEXTS.databaseAdvice);
    if (error.code !== 'not-migrated') return [refused];
    const checks = { database: checkUnmigrated };
    return [refused, ...(await withDatabase(config, (db) => runChecks(checks, { db, config })))];
  }
}
