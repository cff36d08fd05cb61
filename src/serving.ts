import { accessSync, constants, mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { makeSetupToken } from './accounts/setup.ts';
import { createApp } from './app.ts';
import { startBackground } from './background.ts';
import { fillEmptyStore } from './catalogue/demo.ts';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { migrate } from './database/migrations.ts';
import { createLogger, reasonOf } from './log.ts';
import { paths } from './paths.ts';
import { closeHttpServer, createHttpServer } from './web/http-server.ts';

/** A start that cannot go on for a reason that the owner of the store can mend. */
export class StartRefused extends Error {
  override name = 'StartRefused';
}

/** A store that is open. */
export interface Serving {
  /** Takes no more requests, answers those under way and lets go of everything. @returns whether all were answered */
  close: () => Promise<boolean>;
}

/**
 * Opens the store in this process: data folder, database, port, background work.
 *
 * @throws StartRefused
 */
export async function serve(config: Config): Promise<Serving> {
  openDataFolder(config);
  const logger = createLogger(config.production, config.logLevel);
  const context = await createContext(config, logger);
  await openDatabase(context);

  const server = createHttpServer(createApp(context));
  await listen(server, config);
  // With PORT=0 the system chose the port: what is printed and what is mailed must lead there.
  if (config.port === 0) config.publicUrl.port = String((server.address() as AddressInfo).port);
  if (config.production && !config.smtpUrl)
    logger.warn('SMTP_URL is not set: mails wait in the outbox and are given up after a day');
  const stopBackground = startBackground(context);
  announce(context, await makeSetupToken(context));
  return {
    async close() {
      const clean = await closeHttpServer(server);
      await stopBackground();
      await context.close();
      return clean;
    },
  };
}

function openDataFolder({ dataDir, database }: Config): void {
  const folders = [dataDir, ...(database.dialect === 'sqlite' ? [dirname(database.file)] : [])];
  for (const folder of folders) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    } catch (error) {
      throw new StartRefused(
        `The data folder ${folder} cannot be written to (${reasonOf(error)}). Set DATA_DIR to one that can.`,
      );
    }
  }
}

async function openDatabase({ db, clock, config, settings }: Context): Promise<void> {
  try {
    await migrate(db);
    await settings.reload();
    await fillEmptyStore(db, clock(), config.storeCurrency);
  } catch (error) {
    throw new StartRefused(
      `The ${config.database.dialect} database cannot be used (${reasonOf(error)}). Check DATABASE_URL.`,
    );
  }
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new StartRefused(
          `The store cannot listen on ${host} port ${port} (${reasonOf(error)}). Set HOST and PORT to a free address.`,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

function announce({ config, settings }: Context, setupToken: string | undefined): void {
  const url = config.publicUrl;
  const lines = [
    `${settings.storeName} is open at ${url.origin}`,
    `Its data are in ${config.database.dialect === 'sqlite' ? config.database.file : `a ${config.database.dialect} database`}`,
  ];
  if (setupToken)
    lines.push(`There is no administrator yet. Set one up at ${new URL(paths.setup(setupToken), url)}`);
  // In production standard output is JSON lines for a log collector; these are for a person.
  (config.production ? process.stderr : process.stdout).write(`${lines.join('\n')}\n`);
}
