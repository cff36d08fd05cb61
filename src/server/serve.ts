import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createApp } from '../app.ts';
import type { Config } from '../config/config.ts';
import { createContext } from '../context.ts';
import { enableQueryTimeout } from '../database/query-timeout.ts';
import { startJobs } from '../jobs/jobs.ts';
import type { MetricsLine } from '../metrics/metrics.ts';
import { openMetricsPort } from '../metrics/metrics-server.ts';
import { SECOND } from '../shared/clock.ts';
import { closeHttpServer, drainHttpServer } from './http-server.ts';
import { openListeners } from './listeners.ts';
import { announce, checkDatabase, checkStart, openDataFolder, prepareDatabase } from './startup.ts';

/**
 * How long an end may take, in milliseconds: requests, connections and mails have limits of their own, which are shorter.
 * Nobody who told a process to end shall wait for ever for something that never comes back.
 */
const SHUTDOWN_TIMEOUT = 25 * SECOND;

/** A store that is open in one process, and one that is open in this or in several. */
export type ServingProcess = Awaited<ReturnType<typeof serve>>;
export type Serving = Pick<ServingProcess, 'reload' | 'close'>;

/**
 * Opens the store in this process: data folder, database, port, background work.
 *
 * @param prepared true for one of several processes: what is done once for all of them is done
 * @param metricsLine to the process that adds up the metrics of all
 * @throws StartRefused
 */
export async function serve(
  config: Config,
  logger: Logger,
  { prepared = false, metricsLine }: { prepared?: boolean; metricsLine?: MetricsLine } = {},
) {
  if (!prepared) openDataFolder(config);
  const context = await createContext(config, logger);
  const limitQueriesFromNow = enableQueryTimeout(context.db);
  if (!prepared) checkStart(config, logger);
  await (prepared ? checkDatabase(context) : prepareDatabase(context, logger));
  limitQueriesFromNow();

  const listeners = await openListeners(config, createApp(context), logger);
  // From now on it serves, and counts as one that does.
  if (metricsLine) context.metrics?.join(metricsLine);
  const metrics = prepared ? undefined : await openMetricsPort(config, context.metrics);
  const stopJobs = startJobs(context);
  if (!prepared) await announce(context, logger);

  let ending: Promise<boolean> | undefined;

  async function closeAll(closeServer: (server: Server) => Promise<boolean>): Promise<boolean> {
    context.readiness.drain();
    // First what another process goes on with: it need not wait until the last connection is closed.
    const [clean] = await Promise.all([listeners.close(closeServer), stopJobs()]);
    await metrics?.close();
    await context.close();
    return clean;
  }

  function end(closeServer: (server: Server) => Promise<boolean>): Promise<boolean> {
    return Promise.race([closeAll(closeServer), sleep(SHUTDOWN_TIMEOUT, false, { ref: false })]);
  }

  return {
    /** What SIGHUP asks for: begins to use what was changed since the start, as far as that goes without an end. */
    reload: listeners.reload,
    /** Answers what was begun and lets go of everything, once however often asked. @returns whether all went well */
    close(): Promise<boolean> {
      ending ??= end(closeHttpServer);
      return ending;
    },
    /** Closes as slowly as it takes that nobody notices, while another process takes the connections. */
    drain(): Promise<boolean> {
      ending ??= end(drainHttpServer);
      return ending;
    },
  };
}
