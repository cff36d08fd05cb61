import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createPasswordHasher, type PasswordHasher } from '../accounts/password-hasher.ts';
import { createApp } from '../app.ts';
import { fillEmptyStore } from '../catalogue/demo.ts';
import { readConfig } from '../config/config.ts';
import { type Context, createContext } from '../context.ts';
import type { DatabaseAddress } from '../database/dialect.ts';
import { LOG_OPTIONS } from '../logging/logger.ts';
import { createHttpServer } from '../server/http-server.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { strictViews } from './strict-views.ts';
import { Visitor } from './visitor.ts';

/** The whole store as it runs for people, on a port and a database of its own. */
export interface TestApp {
  context: Context;
  url: string;
  address: DatabaseAddress;
  /** Every line that was logged. */
  log: string[];
  /** Moves the store's clock, in milliseconds. Throttles go by the real one. */
  passTime: (milliseconds: number) => void;
  /** A browser that has never been here. */
  visitor: () => Visitor;
  close: () => Promise<void>;
}

/** Threads for hashing, shared by the apps of all tests in a process: to start them takes longer than most tests. */
const hashers = new Map<number, Promise<PasswordHasher>>();

async function hasherOf(cost: number): Promise<PasswordHasher> {
  const hasher = hashers.get(cost) ?? createPasswordHasher(cost);
  hashers.set(cost, hasher);
  return { ...(await hasher), close: async () => undefined };
}

/**
 * @param settings environment settings that differ from the defaults
 * @param database where the data are; by default a new one
 */
export async function startTestApp(
  settings: Record<string, string> = {},
  database: TestDatabase | undefined = undefined,
): Promise<TestApp> {
  const { db, address, drop } = database ?? (await openTestDatabase());
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  const log: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  let ahead = 0;
  const config = readConfig({ NODE_ENV: 'test', BCRYPT_COST: '4', DATA_DIR: dataDir, ...settings });
  const logger = pino({ ...LOG_OPTIONS, level: 'info' }, sink);
  const context = await createContext(
    { ...config, database: address },
    logger,
    () => Date.now() + ahead,
    db,
    await hasherOf(config.bcryptCost),
  );
  await fillEmptyStore(context.db, context.clock(), config.storeCurrency);

  context.views = strictViews(context.views);
  const server = createHttpServer(createApp(context));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    context,
    url,
    address,
    log,
    passTime: (milliseconds) => {
      ahead += milliseconds;
    },
    visitor: () => new Visitor(url),
    async close() {
      // Nobody is there who would wait for an answer.
      server.close();
      server.closeAllConnections();
      await context.close();
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
