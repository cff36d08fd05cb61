import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { startBackground } from './background.ts';
import type { Config } from './config.ts';
import { createContext } from './context.ts';
import { createLogger, reasonOf } from './log.ts';
import { announce, checkDatabase, openDataFolder, prepareDatabase } from './preparing.ts';
import { StartRefused } from './start-refused.ts';
import { closeHttpServer, createHttpServer, drainHttpServer } from './web/http-server.ts';

/** A store that is open. */
export interface Serving {
  /** Takes no more requests, answers those under way and lets go of everything. @returns whether all were answered */
  close: () => Promise<boolean>;
  /** What SIGHUP asks for: begins to use what was changed since the start, as far as that goes without an end. */
  reload: () => void;
}

/** A store that is open in one process. */
export interface ServingProcess extends Serving {
  /** Closes as slowly as it takes that nobody notices, while another process takes the connections. */
  drain: () => Promise<boolean>;
}

/**
 * Opens the store in this process: data folder, database, port, background work.
 *
 * @param prepared true for one of several processes: what is done once for all of them is done
 * @throws StartRefused
 */
export async function serve(config: Config, { prepared = false } = {}): Promise<ServingProcess> {
  if (!prepared) openDataFolder(config);
  const logger = createLogger(config.production, config.logLevel);
  const context = await createContext(config, logger);
  await (prepared ? checkDatabase(context) : prepareDatabase(context));

  const server = createHttpServer(createApp(context));
  await listen(server, config);
  // With PORT=0 the system chose the port: what is printed and what is mailed must lead there.
  if (config.port === 0) config.publicUrl.port = String((server.address() as AddressInfo).port);
  const stopBackground = startBackground(context);
  if (!prepared) await announce(context, logger);

  let ending: Promise<boolean> | undefined;

  async function end(closeServer: (server: Server) => Promise<boolean>): Promise<boolean> {
    context.readiness.drain();
    // First what another process goes on with: it need not wait until the last connection is closed.
    const [clean] = await Promise.all([closeServer(server), stopBackground()]);
    await context.close();
    return clean;
  }

  return {
    reload: () => undefined,
    // Whoever is asked twice, by a signal and by a supervisor, does it once.
    close() {
      ending ??= end(closeHttpServer);
      return ending;
    },
    drain() {
      ending ??= end(drainHttpServer);
      return ending;
    },
  };
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
