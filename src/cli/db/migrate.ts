import type { Config } from '../../config/config.ts';
import { loadSecret } from '../../config/secret-key.ts';
import type { Database } from '../../database/connection.ts';
import { encodingAdvice, encodingText, placeOf } from '../../database/database-text.ts';
import { isDenied, lossyEncoding } from '../../database/dialect-fitness.ts';
import { migrate } from '../../database/migrations.ts';
import { reasonOf } from '../../shared/reason.ts';
import { Refusal, type Report } from '../shell/output.ts';
import { makeFolderOf, migrationsOf, refuseNewer, unusable, withDatabase } from '../shell/store.ts';

const TEXTS = {
  upToDate: (place: string) => `The database at ${place} is up to date.`,
  migrated: (place: string, migrations: number) =>
    migrations === 1
      ? `One migration was run on ${place}:`
      : `${migrations} migrations were run on ${place}:`,
  failed: (reason: string) => `The migrations could not be run (${reason}).`,
};

/** Makes a store or brings its database up to date: `gatehouse migrate` and `gatehouse db migrate`. @throws Refusal */
export async function runMigrations(config: Config): Promise<Report> {
  const place = placeOf(config.database);
  makeFolderOf(config.database);
  const migrations = await withDatabase(config, async (db) => {
    const state = await migrationsOf(db, config.database);
    refuseNewer(state, config.database);
    // A new store is whole then: accounts can be made in it before its first start.
    if (state.isNew) {
      await refuseLossy(db, config);
      loadSecret(config);
    }
    return migrate(db).catch((error) => {
      if (isDenied(error)) throw unusable(config.database, error);
      throw new Refusal('failed', TEXTS.failed(reasonOf(error)));
    });
  });
  const lines =
    migrations.length === 0
      ? [TEXTS.upToDate(place)]
      : [TEXTS.migrated(place, migrations.length), ...migrations.map((name) => `  ${name}`)];
  return { lines, data: { database: place, migrations } };
}

/** @throws Refusal when not every text could be kept there */
async function refuseLossy(db: Database, { database }: Config): Promise<void> {
  const encoding = await lossyEncoding(db);
  if (encoding)
    throw new Refusal('encoding', `${encodingText(database, encoding)} ${encodingAdvice(database)}`);
}
