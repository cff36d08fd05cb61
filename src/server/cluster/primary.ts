import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.ts';
import { loadSecret } from '../../config/secret-key.ts';
import { connect } from '../../database/connection.ts';
import { openMetricsPort } from '../../metrics/metrics-server.ts';
import { createLiveSettings } from '../../settings/live-settings.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Serving } from '../serve.ts';
import { announce, checkStart, openDataFolder, prepareDatabase } from '../startup.ts';
import { type FromWorker, hear, say } from './messages.ts';
import { supervise } from './supervisor.ts';

/**
 * Opens the store in several processes: prepares it once, starts WORKERS workers, each of which serves (serve.ts)
 * on one port, and says that it is open when all do. This process answers no requests itself: it replaces workers that
 * end, and ends with the last of them.
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
  const context = { config, db, clock: systemClock, settings };
  try {
    await prepareDatabase(context, logger);
    const metrics = await openMetrics(config);
    const supervision = supervise(config.workers, fixedSettings(config), logger);
    cluster.once('listening', (_worker, { port }) => {
      if (config.port === 0) config.publicUrl.port = String(port);
    });
    await supervision.opened;
    await announce(context, logger);
    return {
      reload: supervision.reload,
      async close() {
        const clean = await supervision.close();
        await metrics?.close();
        return clean;
      },
    };
  } finally {
    await db.destroy();
  }
}

/** What all workers share, so what a reload does not change. */
function fixedSettings({ host, port, logFile = '', metrics }: Config): Record<string, string> {
  return {
    HOST: host,
    PORT: String(port),
    LOG_FILE: logFile,
    METRICS_HOST: metrics.host,
    METRICS_PORT: String(metrics.port ?? ''),
    METRICS_TOKEN: metrics.token ?? '',
  };
}

/** Adds up the metrics of the workers, where they are asked for, and opens the port for them. @throws StartRefused */
async function openMetrics(config: Config): Promise<{ close: () => Promise<void> } | undefined> {
  const { port, token } = config.metrics;
  if (port === undefined && token === undefined) return undefined;
  const { startMetricSums } = await import('../../metrics/metric-sums.ts');
  const sums = startMetricSums(token);
  const listen = (worker: Worker) => {
    hear<FromWorker>(worker, async (message) => {
      if (message.gatehouse === 'metrics') sums.take(worker.id, message.own);
      if (message.gatehouse === 'metrics-wanted')
        await say(worker, { gatehouse: 'all-metrics', parts: await sums.read() });
    });
    // Comes after all that it said.
    worker.once('disconnect', () => sums.ended(worker.id));
  };
  cluster.on('fork', listen);
  const server = await openMetricsPort(config, sums);
  return {
    async close() {
      await server?.close();
      cluster.off('fork', listen);
      sums.close();
    },
  };
}
