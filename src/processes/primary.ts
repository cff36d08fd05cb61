import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Logger } from 'pino';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { connect } from '../database/connection.ts';
import { listen, MAIN_PORT } from '../entrance.ts';
import { loadSecret } from '../keys.ts';
import { announce, openDataFolder, prepareDatabase } from '../preparing.ts';
import type { Serving } from '../serving.ts';
import { createLiveSettings } from '../settings/live-settings.ts';
import { checkStart } from '../start-checks.ts';
import { StartRefused } from '../start-refused.ts';
import { openMetricsPort } from '../watching/metrics-server.ts';
import { askForFigures, listenForFigures } from './figures.ts';
import { supervise, WorkerFailed } from './supervisor.ts';

/**
 * Opens the store in several processes: prepares it once, starts WORKERS workers, each of which serves (serving.ts)
 * on one port, and says that it is open when all do. This process answers no requests itself: it hands connections
 * out, one after the other, replaces workers that end, and ends with the last of them.
 *
 * @throws StartRefused
 */
export async function serveInWorkers(config: Config, logger: Logger): Promise<Serving> {
  openDataFolder(config);
  // Made once, before several would make one each.
  loadSecret(config);
  checkStart(config, logger);
  const db = connect(config.database, (message) => logger.debug(message));
  const settings = createLiveSettings({ db, clock: systemClock, fixed: config.fixed });
  const desk = { config, db, clock: systemClock, settings };
  try {
    await prepareDatabase(desk, logger);
    const watching = await watch(config);
    const supervision = supervise(config.workers, await addressFor(config), logger);
    await supervision.opened.catch(refuse);
    await announce(desk, logger);
    return {
      reload: supervision.reload,
      async close() {
        const clean = await supervision.close();
        await watching?.close();
        return clean;
      },
    };
  } finally {
    await db.destroy();
  }
}

/** Gathers the figures of the workers, where they are asked for, and opens the port for them. @throws StartRefused */
async function watch(config: Config): Promise<{ close: () => Promise<void> } | undefined> {
  const { port, token } = config.metrics;
  if (port === undefined && token === undefined) return undefined;
  const { startSupervisorWatching } = await import('../watching/supervisor-figures.ts');
  const watching = startSupervisorWatching(askForFigures, config.metrics);
  const stopListening = listenForFigures(watching.gathering);
  const opened = await openMetricsPort(config, watching);
  return {
    async close() {
      await opened?.close();
      stopListening();
      watching.close();
    },
  };
}

function refuse(error: unknown): never {
  if (error instanceof WorkerFailed) throw new StartRefused(error.message);
  throw error;
}

/**
 * Where the workers listen and log, now and after a restart with other settings: a port in use is found before the first is
 * started, and with PORT=0 the system chooses one for all.
 */
async function addressFor(config: Config): Promise<Record<string, string>> {
  const { host, port, publicUrl, logFile = '' } = config;
  const chosen = await tryPort(host, port);
  const settings = { HOST: host, PORT: String(chosen), LOG_FILE: logFile };
  if (port !== 0) return settings;
  publicUrl.port = String(chosen);
  return { ...settings, PUBLIC_URL: publicUrl.href };
}

async function tryPort(host: string, port: number): Promise<number> {
  const server = createServer();
  await listen(server, host, port, MAIN_PORT);
  const { port: chosen } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return chosen;
}
